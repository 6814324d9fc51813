// What makes the workbench easier to read and to handle, and is no part of what it shows:
// the step that stays in sight, what was seen, and the way to what is needed more seldom.

// The line that each pane was scrolled to last.
const seen = new WeakMap();

// One pane is shown at a time.
const narrow = matchMedia("(max-width: 700px)");
narrow.addEventListener("change", follow);

let due = false;
const soon = () => {
  // Once a frame is enough.
  if (!due) requestAnimationFrame(() => ((due = false), follow()));
  due = true;
};
addEventListener("resize", soon);
new MutationObserver(soon).observe(document.body, {
  subtree: true,
  childList: true,
  characterData: true,
  attributeFilter: ["class", "data-at", "data-notes", "data-printed"],
});
follow();

function drawIn(selector, script) {
  const host = document.querySelector(selector);
  if (host) import(script).then(({ draw }) => draw(host), () => undefined);
}

function follow() {
  if (narrow.matches || document.querySelector(".panes")) {
    import("./tabs.js").then((tabs) => tabs.follow(), showAll);
  }
  remember(document.querySelector("[data-shown]")?.dataset.shown);
  const asks = /^(counter|bank|barrier)$/.test(document.querySelector("[data-shown]")?.dataset.shown);
  if (asks || document.querySelector(".predict > *")) drawIn(".predict", "./predict.js");
  bringIntoSight();
  const step = document.querySelector(".steps .current");
  keepInSight(step, step && paneOf(step));
  if (document.querySelector(".exploration, .chart")) styleOutcomes();
  // Without them there is a picture less.
  drawIn(".progress-graph", "./progress.js");
  drawIn(".state-graph", "./state-graph.js");
  const pane = document.querySelector(".state-pane:is([data-notes], :has(.waiter))");
  if (pane) import("./state.js").then(({ show }) => show(pane), () => undefined);
  drawIn(".output", "./output.js");
  const own = document.querySelector(".listing.own");
  if (own) import("./programs.js").then((programs) => programs.follow(own), () => undefined);
  else if (follow.hadOwn) import("./programs.js").then((programs) => programs.leave(), () => undefined);
  follow.hadOwn = Boolean(own);
  const scroller = document.querySelector(".listing .scroller");
  if (!scroller) return;
  // A pane that is behind another has no need of them yet.
  if (scroller.checkVisibility()) {
    import("./colours.js").then(({ colour }) => colour(scroller), () => undefined);
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

function styleOutcomes() {
  if (document.querySelector("link[href='outcomes.css']")) return;
  const style = document.createElement("link");
  document.head.append(Object.assign(style, { rel: "stylesheet", href: "outcomes.css" }));
}

// Without the tabs nothing may be behind them.
function showAll() {
  delete document.documentElement.dataset.pane;
}

// What can be done with a program of the reader's own.
addEventListener("click", async ({ target }) => {
  const button = target.closest?.("[data-program]");
  if (button) (await import("./programs.js")).act(button.dataset.program, button);
});

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
function remember(shown) {
  if (!shown || shown === remember.last) return;
  remember.last = shown;
  try {
    const seen = new Set(JSON.parse(localStorage.getItem("lockstep seen") ?? "[]"));
    localStorage.setItem("lockstep seen", JSON.stringify([...seen.add(shown)]));
  } catch {
    // The browser lets nothing be kept.
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

// The divider is moved by the mouse, and by keys that step through a run elsewhere.
const moveDivider = (event) => {
  if (!event.target.closest?.(".divider") || !/^(Arrow|Home|End|undefined)/.test(event.key)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  import("./divider.js").then((divider) => divider[event.type](event));
};
addEventListener("pointerdown", moveDivider, true);
addEventListener("keydown", moveDivider, true);

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
