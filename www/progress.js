// The progress graph of two threads: where both can be, and what share of the interleavings
// that come through there goes wrong. Loaded when there is one to draw.
import { drawer, make, placeOf, style, walk } from "./graph.js";
import { progress as says } from "./words-later.js";

style("graph.css");

export const draw = drawer((host, text, language) => build(host, read(text, language)));

// See `ProgressGraph` in src/session/progress.rs.
function read(text, language) {
  const lines = text.trimEnd().split("\n").map((line) => line.split("\t"));
  const threads = lines.slice(0, 2).map(([name, path, ...steps]) => ({
    name,
    path,
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
  const code = codeByLine();
  const cells = new Map();
  const table = make("table", { role: "grid" });
  table.setAttribute("aria-label", says.of(across.name, upwards.name));
  for (let other = upwards.lines.length; other >= 0; other--) {
    const row = make("tr", {}, head("row", upwards, other, code));
    for (let one = 0; one <= across.lines.length; one++) {
      const cell = make("td", {});
      const place = places.get(`${one},${other}`);
      if (place) {
        const link = placeOf(place, says.where(across.name, one, upwards.name, other));
        cells.set(`${one},${other}`, link);
        cell.append(link);
      }
      row.append(cell);
    }
    table.append(row);
  }
  const foot = make("tr", {}, make("th", { textContent: says.line }));
  for (let one = 0; one <= across.lines.length; one++) foot.append(head("col", across, one, code));
  table.append(foot);
  table.addEventListener("keydown", (event) => walk(event, cells, next));
  host.replaceChildren(
    make("h3", { textContent: says.title }),
    make("p", { textContent: says.how(across.name, upwards.name) }),
    make("div", { className: "plot" }, table),
  );
  return [cells, wayOf];

  function wayOf(steps) {
    const at = [0, 0];
    return [
      "0,0",
      ...steps.map((step) => {
        const one = threads.findIndex(({ path }) => path === step.replace("*", ""));
        if (one >= 0) at[one]++;
        return at.join();
      }),
    ];
  }

  // Over what is impossible, to the next place that is not.
  function next(from, right, down) {
    let [one, other] = from.split(",").map(Number);
    for (let far = 0; far < cells.size; far++) {
      one += right;
      other -= down;
      const link = cells.get(`${one},${other}`);
      if (link) return link;
    }
  }
}

// The step that leads to a row or a column, by its line and what stands there.
function head(scope, thread, after, code) {
  if (after === 0) return make("th", { scope, title: says.notBegun(thread.name), textContent: "·" });
  const line = thread.lines[after - 1];
  const stands = code.get(line) ?? "";
  const does = line === "0" ? says.itsEnd : stands || says.ofLine(line);
  const title = says.step(after, thread.name, does);
  if (line === "0") return make("th", { scope, title, textContent: says.end });
  const text = make("code", { textContent: stands, translate: false });
  return make("th", { scope, title }, line, " ", text);
}

// What stands in each line of the listing, where that is shown.
function codeByLine() {
  const lines = [...document.querySelectorAll(".listing .scroller li")];
  const parts = (line) => [".number", "code"].map((part) => line.querySelector(part).textContent.trim());
  return new Map(lines.map(parts));
}
