// What makes the workbench easier to read and to handle, and is no part of what it shows:
// the colours of the program's text, the step that stays in sight, what was seen, the divider.

const KEYWORDS = {
  python:
    "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False",
  rust: "as async await break const continue crate else enum false fn for if impl in let loop match mod move mut pub ref return self Self static struct super true type use where while",
};

const TOKENS = {
  python: /(#.*)|([rbf]*"""[^]*?"""|[rbf]*"(?:\\.|[^"\\])*"|[rbf]*'(?:\\.|[^'\\])*')|(\b\d[\d_.]*\b)|([A-Za-z_]\w*)(\s*\()?/g,
  rust: /(\/\/.*)|(b?"(?:\\.|[^"\\])*")|(\b\d[\d_.]*\b)|([A-Za-z_]\w*)(!?\s*\()?/g,
};

// Browsers that know no highlights show the text in one colour.
const colours = globalThis.CSS?.highlights && {
  comment: new Highlight(),
  string: new Highlight(),
  number: new Highlight(),
  keyword: new Highlight(),
  call: new Highlight(),
  param: new Highlight(),
  race: new Highlight(),
};
for (const [name, highlight] of Object.entries(colours ?? {})) CSS.highlights.set(name, highlight);

// The first line that was coloured, the text of all, and the lines that race, so that they are
// gone through again only if they changed.
let coloured = {};

// The line that each pane was scrolled to last.
const seen = new WeakMap();

// One pane is shown at a time.
const narrow = matchMedia("(max-width: 700px)");
narrow.addEventListener("change", follow);

let due = false;
new MutationObserver(() => {
  // Once a frame is enough.
  if (!due) requestAnimationFrame(() => ((due = false), follow()));
  due = true;
}).observe(document.body, {
  subtree: true,
  childList: true,
  characterData: true,
  attributeFilter: ["class", "data-at", "data-notes"],
});
follow();

function drawIn(selector, script) {
  const graph = document.querySelector(selector);
  if (graph) import(script).then(({ draw }) => draw(graph), () => undefined);
}

function follow() {
  if (narrow.matches || document.querySelector(".panes")) {
    import("./tabs.js").then((tabs) => tabs.follow(), showAll);
  }
  remember("seen", document.querySelector("[data-shown]")?.dataset.shown);
  remember("asked", document.querySelector("[data-asked]")?.dataset.asked);
  const question = document.querySelector(".predict");
  if (question) question.hidden = kept("asked").has(question.dataset.setting);
  bringIntoSight();
  const step = document.querySelector(".steps .current");
  keepInSight(step, step && paneOf(step));
  // Without them there is a picture less.
  drawIn(".progress-graph", "./progress.js");
  drawIn(".state-graph", "./state-graph.js");
  const pane = document.querySelector(".state-pane:is([data-notes], :has(.waiter))");
  if (pane) import("./state.js").then(({ show }) => show(pane), () => undefined);
  const scroller = document.querySelector(".listing .scroller");
  if (!scroller) return;
  const lines = [...scroller.querySelectorAll("code")];
  const first = lines[0]?.firstChild;
  const text = lines.map((line) => line.textContent).join("\n");
  const races = [...document.querySelectorAll("[data-kind=race]")];
  const raced = races.map((race) => race.dataset.lines).join(" ");
  if (text !== coloured.text || first !== coloured.first || raced !== coloured.raced) {
    coloured = { text, first, raced };
    if (colours) colour(lines, scroller.dataset.language, raced.split(" "));
  }
  const ended = document.querySelector(".outcome:not(.live)");
  // Where a run on real threads has ended, a line on which a thread stands that others wait
  // for, rather than the main one, which waits for them all.
  const here = ended ? [...scroller.querySelectorAll(".here")] : [];
  const isOfWorker = (line) => line.querySelector("[data-place]:not([data-place=main])");
  const line = scroller.querySelector(".now") ?? here.find(isOfWorker) ?? here[0];
  keepInSight(line, scroller);
}

// Where the run stands over the program, what was asked for may come out of sight. In a frame
// it would be the page around that scrolls.
function bringIntoSight() {
  const found = document.querySelector(".exploration, .exploring");
  const isNew = found && !bringIntoSight.had;
  bringIntoSight.had = Boolean(found);
  if (narrow.matches) return;
  const wanted = isNew ? found : bringIntoSight.run && document.querySelector(".transport");
  if (!wanted || window.parent !== window || innerWidth >= 1100) return;
  bringIntoSight.run = false;
  wanted.scrollIntoView({ block: isNew ? "nearest" : "center" });
}

// Without the tabs nothing may be behind them.
function showAll() {
  delete document.documentElement.dataset.pane;
}

addEventListener("focusin", ({ target }) => {
  if (target.matches(".params input")) import("./fields.js").catch(() => undefined);
});

addEventListener("click", async ({ target }) => {
  const line = target.closest?.("[data-line]")?.dataset.line;
  if (!line) return;
  if (narrow.matches) (await import("./tabs.js")).show("program");
  (await import("./lines.js")).showLine(line);
});

addEventListener("click", ({ target }) => {
  bringIntoSight.run = Boolean(target.closest?.(".exploration a, .findings a, .recorded button"));
});

// What was shown in this browser, for the gallery to tick.
function kept(kind) {
  try {
    return new Set(JSON.parse(localStorage.getItem(`lockstep ${kind}`) ?? "[]"));
  } catch {
    return new Set();
  }
}

const last = {};

function remember(kind, what) {
  if (!what || what === last[kind]) return;
  last[kind] = what;
  try {
    localStorage.setItem(`lockstep ${kind}`, JSON.stringify([...kept(kind).add(what)]));
  } catch {
    // The browser lets nothing be kept.
  }
}

function colour(lines, language, raced) {
  Object.values(colours).forEach((highlight) => highlight.clear());
  const keywords = new Set(KEYWORDS[language].split(" "));
  for (const line of lines) {
    const text = line.firstChild;
    if (text?.nodeType !== Node.TEXT_NODE) continue;
    const lineNumber = line.parentElement.querySelector(".number").textContent;
    if (raced.includes(lineNumber)) whole(text, colours.race, /\S.*?(?=\s*(#|\/\/|$))/);
    // What a parameter sets.
    const constant = /^([A-Z_]+) = /.exec(text.data);
    const isSet = constant && document.getElementById(`param-${constant[1].toLowerCase()}`);
    if (isSet) whole(text, colours.param, /(?<= = ).*/);
    for (const [, comment, string, number, word, call] of matches(text.data, language)) {
      const kind =
        (comment && "comment") ||
        (string && "string") ||
        (number && "number") ||
        (keywords.has(word) && "keyword") ||
        (call && "call");
      if (kind) colours[kind].add(range(text, comment ?? string ?? number ?? word));
    }
  }

  function whole(text, highlight, pattern) {
    const match = pattern.exec(text.data);
    range.at = match.index;
    highlight.add(range(text, match[0]));
  }

  function* matches(text, language) {
    for (const match of text.matchAll(TOKENS[language])) {
      range.at = match.index;
      yield match;
    }
  }

  function range(text, token) {
    return new StaticRange({
      startContainer: text,
      startOffset: range.at,
      endContainer: text,
      endOffset: range.at + token.length,
    });
  }
}

// The list of steps scrolls by itself where the panes do not.
function paneOf(step) {
  const tab = step.closest(".tab");
  return tab.scrollHeight > tab.clientHeight ? tab : step.closest(".steps");
}

// Scrolls as little as it takes, and this pane alone: never the page, nor one around it.
function keepInSight(line, scroller) {
  if (!line || seen.get(scroller) === line) return;
  seen.set(scroller, line);
  const [box, its] = [scroller.getBoundingClientRect(), line.getBoundingClientRect()];
  const margin = 2 * its.height;
  if (its.top < box.top + margin) scroller.scrollTop -= box.top + margin - its.top;
  if (its.bottom > box.bottom - margin) scroller.scrollTop += its.bottom + margin - box.bottom;
}

// The lanes are painted in the colours and for the pixels of the moment.
const repaint = () => dispatchEvent(new Event("resize"));
for (const media of ["(prefers-color-scheme: dark)", "print", "(forced-colors: active)"]) {
  matchMedia(media).addEventListener("change", repaint);
}
followPixels();

function followPixels() {
  const same = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  same.addEventListener("change", () => (repaint(), followPixels()), { once: true });
}

// Where text runs from right to left the program stands at the right.
const isMirrored = () => getComputedStyle(document.documentElement).direction === "rtl";

const [NARROWEST, WIDEST, STEP] = [25, 60, 2];

function divide(percent) {
  const width = Math.min(WIDEST, Math.max(NARROWEST, percent));
  document.documentElement.style.setProperty("--program", `${width}%`);
  document.querySelector(".divider")?.setAttribute("aria-valuenow", Math.round(width));
  repaint();
}

addEventListener("pointerdown", (event) => {
  const divider = event.target.closest?.(".divider");
  if (!divider || event.button !== 0) return;
  event.preventDefault();
  divider.setPointerCapture(event.pointerId);
  const move = ({ clientX }) =>
    divide(((isMirrored() ? innerWidth - clientX : clientX) / innerWidth) * 100);
  divider.addEventListener("pointermove", move);
  const end = () => divider.removeEventListener("pointermove", move);
  divider.addEventListener("lostpointercapture", end, { once: true });
});

addEventListener("keydown", (event) => {
  const way = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -100, End: 100 }[event.key];
  const held = event.ctrlKey || event.metaKey || event.altKey;
  if (!way || held || !event.target.closest?.(".divider")) return;
  // These keys step through a run, elsewhere.
  event.stopImmediatePropagation();
  event.preventDefault();
  const now = document.querySelector(".program").getBoundingClientRect().width;
  const wider = event.key.startsWith("Arrow") && isMirrored() ? -way : way;
  divide((now / innerWidth) * 100 + wider);
}, true);
