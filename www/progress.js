// The progress graph of two threads: where both can be, and what share of the interleavings
// that come through there goes wrong. Loaded when there is one to draw.

const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: "progress.css" });
document.head.append(style);

// What is drawn in which element, so that it is drawn again only if that changed.
const drawn = new WeakMap();

// Whether a place was pressed, so that the graph is to stay in sight. The page turns to the
// steps of each run that it shows.
let stays = false;

export function draw(host) {
  const language = document.querySelector(".scroller")?.dataset.language ?? "python";
  const wanted = `${language}\n${host.dataset.graph}`;
  if (drawn.get(host)?.wanted !== wanted) {
    const graph = read(host.dataset.graph, language);
    drawn.set(host, { wanted, graph, cells: build(host, graph) });
  }
  mark(drawn.get(host), host.dataset);
  const tab = host.closest(".tab");
  if (!stays || !tab?.hidden || !host.dataset.way) return;
  stays = false;
  const place = [...document.querySelectorAll(".details .tab")].indexOf(tab);
  document.querySelectorAll(".details .tabs button")[place].click();
}

// See `ProgressGraph` in src/session/progress.rs.
function read(text, language) {
  const lines = text.trimEnd().split("\n").map((line) => line.split("\t"));
  const threads = lines.slice(0, 2).map(([name, , ...steps]) => ({
    name,
    lines: steps.map((both) => both.split(" ")[language === "rust" ? 1 : 0]),
  }));
  const places = new Map();
  for (const [one, other, step, wrong, all, schedule] of lines.slice(2)) {
    places.set(`${one},${other}`, { step, wrong: BigInt(wrong), all: BigInt(all), schedule });
  }
  return { threads, places };
}

function build(host, { threads, places }) {
  const [across, upwards] = threads;
  const cells = new Map();
  const table = make("table", { role: "grid" });
  table.setAttribute("aria-label", `Progress of ${across.name} and ${upwards.name}`);
  for (let other = upwards.lines.length; other >= 0; other--) {
    const row = make("tr", {}, head("row", upwards, other));
    for (let one = 0; one <= across.lines.length; one++) {
      const cell = make("td", {});
      const place = places.get(`${one},${other}`);
      if (place) {
        const link = view(place, `${across.name} after ${steps(one)}, ${upwards.name} after ${steps(other)}`);
        cells.set(`${one},${other}`, link);
        cell.append(link);
      }
      row.append(cell);
    }
    table.append(row);
  }
  const foot = make("tr", {}, make("th", { textContent: "line" }));
  for (let one = 0; one <= across.lines.length; one++) foot.append(head("col", across, one));
  table.append(foot);
  table.addEventListener("keydown", (event) => walk(event, cells));
  table.addEventListener("click", () => (stays = true));
  host.replaceChildren(
    make("h3", { textContent: "How far both are" }),
    make("p", {
      textContent:
        `Across: the steps of ${across.name}. Upwards: those of ${upwards.name}. ` +
        "A number is how many of 100 interleavings that come through there go wrong, " +
        "✕ means all of them. Where a cell is missing, the two can never be. " +
        "Outlined: this run. Press a cell to go there.",
    }),
    make("div", { className: "grid" }, table),
  );
  return cells;
}

function view({ wrong, all, schedule, step }, where) {
  const share = Number((wrong * 1000n) / all) / 10;
  const percent = Math.min(99, Math.max(1, Math.round(share)));
  const text = wrong === 0n ? "" : wrong === all ? "✕" : String(percent);
  const link = make("a", { textContent: text, tabIndex: -1 });
  // What always goes wrong should not look like what nearly always does.
  link.style.setProperty("--wrong", `${wrong === all ? 100 : share * 0.7}%`);
  link.setAttribute("aria-label", `${where}: ${of(wrong, all)}`);
  link.title = `${where}: ${of(wrong, all)}`;
  Object.assign(link.dataset, { schedule, step });
  return link;
}

function of(wrong, all) {
  if (wrong === 0n) return "never goes wrong";
  if (wrong === all) return "always goes wrong";
  return `${wrong.toLocaleString("en")} of ${all.toLocaleString("en")} interleavings go wrong`;
}

function steps(count) {
  return count === 1 ? "1 step" : `${count} steps`;
}

// The line of the step that leads to a row or a column.
function head(scope, thread, after) {
  const line = after === 0 ? "" : thread.lines[after - 1];
  const title = after === 0 ? `${thread.name} has not begun` : `step ${after} of ${thread.name}`;
  return make("th", { scope, title, textContent: line === "0" ? "·" : line });
}

// Marks the way of the run that is stepped through, and where it is.
function mark({ cells }, { way, at }) {
  const outcome = document.querySelector(".exploration .outcomes a[href]");
  const stops = way ? way.split(" ") : [];
  const steps = new Map();
  stops.forEach((place, step) => steps.set(place, step));
  const now = stops[Number(at)];
  const first = cells.keys().next().value;
  for (const [place, link] of cells) {
    const isOnTheWay = steps.has(place);
    link.classList.toggle("way", isOnTheWay);
    link.tabIndex = place === (now ?? first) ? 0 : -1;
    link.ariaCurrent = place === now ? "step" : null;
    // On the way it is a step of this run; elsewhere the simplest run that comes there.
    const query = new URLSearchParams(isOnTheWay ? location.search : outcome?.search);
    if (!isOnTheWay) query.set("schedule", link.dataset.schedule);
    query.set("step", isOnTheWay ? steps.get(place) : link.dataset.step);
    link.href = `?${query}`;
  }
}

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

function walk(event, cells) {
  const arrow = ARROWS[event.key];
  if (!arrow) return;
  // The arrows are no steps of the run here.
  event.preventDefault();
  event.stopPropagation();
  const from = [...cells].find(([, link]) => link === event.target);
  let [one, other] = from[0].split(",").map(Number);
  // Over what is impossible, to the next place that is not.
  for (let far = 0; far < cells.size; far++) {
    one += arrow[0];
    other += arrow[1];
    const link = cells.get(`${one},${other}`);
    if (!link) continue;
    from[1].tabIndex = -1;
    link.tabIndex = 0;
    link.focus();
    return;
  }
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
