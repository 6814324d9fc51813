// The dialogs that are no part of a run: all scenarios, the keys, and what the lanes show; and
// the way to its figures and events, which are in figures.js. Loaded when the first of them is asked for.

import { dialogs as says } from "./words-later.js";

const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: "dialogs.css" });
// Without it they are there, and plain.
const styled = new Promise((done) => (style.onload = style.onerror = done));
document.head.append(style);

const DIALOGS = {
  gallery,
  keys,
  legend,
  events: async (shown) => (await import("./figures.js")).events(shown, dialogOf, make),
  figures: async (shown) => (await import("./figures.js")).figures(shown, dialogOf, make),
};

export async function open(name, shown) {
  const dialog = await DIALOGS[name](shown);
  await styled;
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  // Keys are not for what is behind it.
  dialog.addEventListener("keydown", (event) => event.stopPropagation());
  dialog.addEventListener("pointerdown", ({ target, clientX, clientY }) => {
    const { left, right, top, bottom } = dialog.getBoundingClientRect();
    const beside = clientX < left || clientX > right || clientY < top || clientY > bottom;
    if (target === dialog && beside) dialog.close();
  });
  dialog.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    // With a key held it is opened elsewhere.
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // What is shown stays as it is set.
    if (link.ariaCurrent) event.preventDefault();
    dialog.close();
  });
  dialog.showModal();
}

function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

function dialogOf(title, ...children) {
  const close = make("button", { className: "quiet", textContent: says.close });
  const heading = make("h2", { textContent: title, id: "page-dialog-title" });
  const head = make("div", { className: "head" }, heading, close);
  const dialog = make("dialog", { className: "page-dialog" }, head, ...children);
  dialog.setAttribute("aria-labelledby", heading.id);
  close.addEventListener("click", () => dialog.close());
  return dialog;
}

function keys() {
  const list = make("dl", { className: "keys" });
  for (const [key, what] of says.ofKeys) {
    list.append(make("dt", { textContent: key }), make("dd", { textContent: what }));
  }
  return dialogOf(says.keys, list);
}

function legend() {
  const list = make("dl", { className: "keys" });
  for (const [state, [name, meaning]] of Object.entries(says.ofStates)) {
    const swatch = make("span", { className: `swatch ${state}`, ariaHidden: "true" });
    list.append(make("dt", {}, swatch, name), make("dd", { textContent: meaning }));
  }
  return dialogOf(says.legend, list);
}

async function gallery(shown) {
  const search = make("input", { type: "search", placeholder: says.search, autofocus: true });
  search.setAttribute("aria-label", says.searchIn);
  const none = make("p", { role: "status" });
  const list = make("div", {});
  const dialog = dialogOf(says.gallery, search, list, none);
  const seen = seenBefore();
  let scenarios;
  try {
    const response = await fetch("scenarios.json");
    if (!response.ok) throw new Error(response.status);
    scenarios = await response.json();
  } catch {
    list.append(make("p", { textContent: says.notLoaded, role: "alert" }));
    return dialog;
  }
  list.append(course(scenarios, shown));
  list.append(make("a", { className: "own", href: "?scenario=program", textContent: says.own }));
  for (const topic of new Set(scenarios.map(({ topic }) => topic))) {
    const its = scenarios.filter((scenario) => scenario.topic === topic);
    const cards = its.map((scenario) => {
      const place = scenarios.indexOf(scenario) + 1;
      return card(scenario, says.place(place, scenarios.length), shown, seen);
    });
    const heading = make("h3", { textContent: topic });
    list.append(make("section", {}, heading, make("div", { className: "cards" }, ...cards)));
  }
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/);
    const cards = [...list.querySelectorAll(".card")];
    for (const card of cards) {
      const text = card.textContent.toLowerCase();
      card.hidden = !words.every((word) => text.includes(word));
    }
    for (const section of list.querySelectorAll("section")) {
      section.hidden = !section.querySelector(".card:not([hidden])");
    }
    none.textContent = cards.some((card) => !card.hidden) ? "" : says.noneOfThat;
  });
  search.addEventListener("keydown", (event) => {
    // The first that is left, as everybody expects of a search.
    if (event.key !== "Enter" || event.isComposing) return;
    // Else it would press what has the focus once the dialog is closed: what has opened it.
    event.preventDefault();
    if (search.value.trim()) list.querySelector(".card:not([hidden])")?.click();
  });
  return dialog;
}

// The scenarios before and after the one that is shown, in the order of the tutorial.
function course(scenarios, shown) {
  const nav = make("nav", { className: "around" });
  nav.setAttribute("aria-label", says.course);
  const at = scenarios.findIndex(({ id }) => id === shown);
  for (const [words, by] of [[says.previous, -1], [says.next, 1]]) {
    const other = at < 0 ? undefined : scenarios[at + by];
    if (!other) continue;
    const link = { href: `?scenario=${other.id}`, textContent: words(other.title) };
    nav.append(make("a", link));
  }
  return nav;
}

function card({ id, title, description, made_of }, place, shown, seen) {
  const picture = make("img", { src: `pictures/${id}.svg`, alt: "", loading: "lazy" });
  const heading = make("strong", { textContent: title });
  const line = make("span", { className: "line", textContent: description });
  const kind = make("small", { textContent: says.card(place, made_of, seen.has(id)) });
  const link = make("a", { className: "card", href: `?scenario=${id}` }, picture, heading, line, kind);
  link.dataset.scenario = id;
  if (id === shown) link.setAttribute("aria-current", "page");
  return link;
}

// What `workbench.js` keeps of what was shown in this browser.
function seenBefore() {
  try {
    return new Set(JSON.parse(localStorage.getItem("lockstep seen") ?? "[]"));
  } catch {
    // The browser lets nothing be kept.
    return new Set();
  }
}
