// Where there is no room for more than one pane: a tab for each. Which is in front stands in
// the root's `data-pane`, by which www/styles/layout.css hides the others.

import { tabs as says } from "./words.js";

const PANES = { program: ".program", run: ".timeline", state: ".state-pane", outcomes: ".details" };

const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: "tabs.css" });
const styled = new Promise((done) => (style.onload = style.onerror = done));
document.head.append(style);

const root = document.documentElement;
const narrow = matchMedia("(max-width: 700px)");
const panes = Object.assign(document.createElement("nav"), { className: "panes" });
const list = document.createElement("div");
const hint = Object.assign(document.createElement("p"), { className: "hint", role: "status" });
const tabs = new Map();

panes.setAttribute("aria-label", says.title);
panes.append(list);
list.setAttribute("role", "tablist");
list.setAttribute("aria-label", says.shown);
for (const pane of Object.keys(PANES)) {
  const tab = document.createElement("button");
  Object.assign(tab, { type: "button", id: `tab-${pane}`, textContent: says.panes[pane], role: "tab" });
  tab.addEventListener("click", () => show(pane));
  tabs.set(pane, tab);
  list.append(tab);
}
list.addEventListener("keydown", (event) => {
  const order = [...tabs.keys()];
  const now = order.indexOf(root.dataset.pane);
  const onward = getComputedStyle(root).direction === "rtl" ? -1 : 1;
  const last = order.length - 1;
  const ways = { ArrowRight: now + onward, ArrowLeft: now - onward, Home: 0, End: last };
  const to = ways[event.key];
  if (to === undefined) return;
  // These keys step through a run, elsewhere.
  event.preventDefault();
  event.stopPropagation();
  const pane = order[(to + order.length) % order.length];
  show(pane);
  tabs.get(pane).focus();
});

// These show a run, or a step of it, and this looks for all.
const OF_RUN =
  ".actions .primary, .exploration a, .question button, .why button:not([data-line]), .recorded button";
const OF_OUTCOMES = ".actions .quiet";
addEventListener("click", ({ target }) => {
  if (target.closest?.(OF_RUN)) show("run");
  if (target.closest?.(OF_OUTCOMES)) show("outcomes");
});

let had;
narrow.addEventListener("change", follow);
await styled;
show("run");

/** Brings a pane to the front. */
export function show(pane) {
  const isOther = root.dataset.pane !== pane;
  root.dataset.pane = pane;
  follow();
  // In a frame it would be the page around that scrolls.
  if (isOther && narrow.matches && window.parent === window) scrollTo(0, 0);
  // The lanes have a width again.
  dispatchEvent(new Event("resize"));
}

/** Follows what the page shows now: what was asked for comes to the front. */
export function follow() {
  const bar = document.querySelector(".bar");
  if (!bar) return;
  if (narrow.matches && panes.previousElementSibling !== bar) bar.after(panes);
  if (!narrow.matches) panes.remove();
  root.style.setProperty("--bar", `${bar.getBoundingClientRect().height}px`);
  for (const [pane, selector] of Object.entries(PANES)) {
    const panel = document.querySelector(selector);
    const tab = tabs.get(pane);
    const isShown = root.dataset.pane === pane;
    tab.setAttribute("aria-selected", isShown);
    tab.tabIndex = isShown ? 0 : -1;
    if (!panel) {
      tab.removeAttribute("aria-controls");
      continue;
    }
    panel.id ||= `pane-${pane}`;
    tab.setAttribute("aria-controls", panel.id);
  }
  const panel = document.querySelector(PANES[root.dataset.pane]);
  if (panel || !narrow.matches) hint.remove();
  else if (!hint.isConnected) {
    hint.textContent = says.nothing;
    panes.after(hint);
  }
  // By a key, or by the page around.
  const goesOn = document.querySelector(".outcome.live #verdict")?.dataset.is;
  const asked = goesOn && (goesOn === "exploring" ? "outcomes" : "run");
  const isNew = asked && asked !== had;
  had = asked;
  if (isNew) show(asked);
}
