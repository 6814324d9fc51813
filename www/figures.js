// The dialogs of a run's figures, who waited for what and for how long, with the run as files,
// and of its events. All that is in them is computed by a module of its own, in a worker.

import { figures as says } from "./words-later.js";

const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: "figures.css" });
// Without it all is there, and plain.
const styled = new Promise((done) => (style.onload = style.onerror = done));
document.head.append(style);

const FILES = [
  ["trace.json", "application/json"],
  ["events.csv", "text/csv"],
  ["primitives.csv", "text/csv"],
  ["threads.csv", "text/csv"],
  ["lanes.svg", "image/svg+xml"],
];

export async function figures(shown, dialogOf, make) {
  return asked([says.title, says.counting, says.noFigures], shown, dialogOf, make, async (sheet, ask, body) => {
    for (const section of sectionsOf(sheet, make)) {
      body.append(section);
      // A table of 64 threads takes a while to lay out: the reader comes first.
      await new Promise((done) => setTimeout(done));
    }
    body.append(files(shown, ask, make));
  });
}

// What the lanes show as a table, a part at a time: rows are made of those that are read.
export async function events(shown, dialogOf, make) {
  return asked([says.events, says.sorting, says.noTable], shown, dialogOf, make, async (_, ask, body) => {
    const note = make("p", { className: "note", role: "status" });
    const place = make("div", { className: "events" });
    const more = make("button", { className: "quiet", textContent: says.next });
    const first = make("button", { className: "quiet", textContent: says.first });
    let next = 0;
    const turn = async (from) => {
      const part = await ask({ events: from });
      note.textContent = says.note(part.note);
      next = part.next ?? 0;
      more.hidden = part.next === undefined;
      first.hidden = from === 0;
      place.replaceChildren(table(says.eventsOnly, { head: part.head, rows: part.rows }, make));
    };
    more.addEventListener("click", () => turn(next));
    first.addEventListener("click", () => turn(0));
    await turn(0);
    body.append(note, place, make("div", { className: "files" }, more, first));
  });
}

// A dialog of what a worker makes of the run that is shown: its title, what it says meanwhile,
// and of what went wrong. `fill` gets the answer to the run, and what asks for more.
async function asked([title, doing, failure], shown, dialogOf, make, fill) {
  const status = make("p", { role: "status", textContent: doing });
  const body = make("div", { className: "run-figures" }, status);
  const dialog = dialogOf(title, body);
  const worker = new Worker("figures-worker.js", { type: "module" });
  dialog.addEventListener("close", () => worker.terminate());
  // It answers one question after the other.
  const ask = (message, transfer) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) =>
        data.failed ? reject(new Error(data.failed)) : resolve(data.sheet ?? data.table ?? data.blob);
      worker.onerror = () => reject(new Error(says.notLoaded));
      worker.postMessage(message, transfer);
    });
  const answer = async () => {
    const open = await runThatIsShown(shown);
    const sheet = await ask({ open }, open.parts.filter(ArrayBuffer.isView).map((it) => it.buffer));
    await fill(sheet, ask, body);
    status.remove();
  };
  answer().catch((error) => {
    body.append(make("p", { role: "alert", textContent: failure(error.message) }));
    status.remove();
  });
  await styled;
  return dialog;
}

// The page's module hands the run over when it is asked to; a moment later.
async function runThatIsShown(scenario) {
  dispatchEvent(new Event("lockstep-hand-over"));
  for (let looks = 0; !globalThis.lockstepTrace && looks < 2000; looks++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const parts = globalThis.lockstepTrace ?? [];
  globalThis.lockstepTrace = undefined;
  return {
    engines: document.documentElement.dataset.engines,
    parts,
    played: parts.length ? undefined : globalThis.lockstepPlayed,
    scenario,
    language: document.querySelector(".listing [data-language]")?.dataset.language ?? "python",
  };
}

function* sectionsOf({ notes, primitives, threads, shares, histogram }, make) {
  for (const note of notes) yield make("p", { className: "note", textContent: note });
  if (primitives.rows.length > 0) {
    yield section(says.ofPrimitives, table(says.ofPrimitives, primitives, make), make);
  }
  const byThread = table(says.ofThreads, threads, make);
  const rows = byThread.querySelectorAll("tbody th");
  shares.forEach((parts, index) => rows[index].append(lifeOf(parts, make)));
  yield section(says.ofThreads, byThread, make);
  if (histogram.length > 0) {
    const list = make("ol", { className: "histogram" });
    for (const { label, count, length } of histogram) {
      const bar = make("span", { className: "bar-of", ariaHidden: "true" });
      bar.style.width = `${length * 100}%`;
      const track = make("span", { className: "track" }, bar);
      const name = make("span", { className: "label", textContent: label });
      const number = make("span", { className: "count", textContent: count });
      list.append(make("li", {}, name, track, number));
    }
    yield section(says.histogram, list, make);
  }
}

function section(title, content, make) {
  return make("section", {}, make("h3", { textContent: title }), content);
}

function table(title, { head, rows }, make) {
  const heads = head.map((of) => {
    const [textContent, title] = [of].flat();
    return make("th", { scope: "col", textContent, title });
  });
  const lines = rows.map(([name, ...cells]) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, make("span", { textContent: name })),
      ...cells.map((textContent) => make("td", { textContent })),
    ),
  );
  const table = make(
    "table",
    {},
    make("thead", {}, make("tr", {}, ...heads)),
    make("tbody", {}, ...lines),
  );
  // Where it is too wide it scrolls, also by the keyboard.
  const scroller = make("div", { className: "scroller", tabIndex: 0, role: "region" }, table);
  scroller.ariaLabel = title;
  return scroller;
}

// A thread's life as a bar; its numbers are in the cells.
function lifeOf(parts, make) {
  const bar = make("span", { className: "life", ariaHidden: "true" });
  for (const [state, share] of parts) {
    const part = make("span", { className: `swatch ${state}`, title: says.ofStates[state] });
    part.style.width = `${share * 100}%`;
    bar.append(part);
  }
  return bar;
}

function files(scenario, ask, make) {
  const said = make("p", { role: "status" });
  const list = make("div", { className: "files" });
  let busy = false;
  const offer = (name, blobOf) => {
    const [label, meaning] = says.ofFiles[name];
    const ending = name.split(".").at(-1).toUpperCase();
    const button = make("button", { className: "quiet", title: meaning });
    button.textContent = says.file(label, ending);
    button.dataset.file = name;
    button.addEventListener("click", async () => {
      // One after the other.
      if (busy) return;
      busy = true;
      said.textContent = says.making(label);
      try {
        save(await blobOf(), `lockstep-${scenario}-${name}`, make);
        said.textContent = says.saved(label);
      } catch (error) {
        said.textContent = says.notMade(label, error.message);
      }
      busy = false;
    });
    list.append(button);
  };
  for (const [name, type] of FILES) {
    offer(name, () => ask({ file: { name, type } }));
  }
  const canvas = document.querySelector(".timeline canvas");
  if (canvas) offer("lanes.png", () => picture(canvas));
  return section(says.files, make("div", {}, list, said), make);
}

// On the ground that the lanes have on the page.
function picture(canvas) {
  const copy = document.createElement("canvas");
  [copy.width, copy.height] = [canvas.width, canvas.height];
  const context = copy.getContext("2d");
  context.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--panel");
  context.fillRect(0, 0, copy.width, copy.height);
  context.drawImage(canvas, 0, 0);
  return new Promise((resolve, reject) =>
    copy.toBlob((blob) => (blob ? resolve(blob) : reject(new Error(says.tooLarge)))),
  );
}

function save(blob, name, make) {
  const href = URL.createObjectURL(blob);
  const link = make("a", { href, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  // The browser takes it in the next moments.
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}
