// What the state pane shows beside the words of each thing: what is in queues, what threads
// have read, and the wait-for graph. Loaded when there is something of it to show.

import { cycleOf, picture, words } from "./waits.js";
import { things } from "./words-later.js";

const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: "state.css" });
document.head.append(style);

// Items that are shown one by one.
const MOST = 8;

// A local variable that a read sets, and nothing but the read, in Python and in Rust.
const SETS = /^\s*(?:let (?:mut )?)?([a-z_]\w*)(?:: \w+)? = &?[\w.*[\]]+(?:\(\)\.await)?;?\s*(?:#.*|\/\/.*)?$/;

export function show(pane) {
  const { notes, at } = pane.dataset;
  const now = notes === undefined ? empty() : read(notes, Number(at));
  for (const thing of pane.querySelectorAll(".things [data-primitive]")) {
    const its = now.items.get(thing.dataset.primitive) ?? [];
    fill(thing.querySelector(".state"), "items", its.length ? itemsOf(its) : []);
  }
  for (const position of pane.querySelectorAll(".positions [data-thread]")) {
    const { thread } = position.dataset;
    // A program in Python tells all of them.
    const local = now.locals.get(thread)?.[1] || localOf(position, now.reads.get(thread));
    fill(position, "local", local ? [local] : []);
  }
  // For tests: the step of which all this is.
  pane.dataset.follows = at;
  // The locks of a run on real threads change hands too quickly to be drawn.
  const isLive = document.querySelector(".outcome.live") && notes === undefined;
  const edges = isLive ? [] : edgesOf(pane, now.joins);
  const told = words(edges);
  const drawn = pane.querySelector(":scope > .wait-for");
  if (drawn?.dataset.told === told || (!drawn && !told)) return;
  drawn?.remove();
  if (!told) return;
  const isCycle = cycleOf(edges).length > 0;
  const graph = make("figure", { className: isCycle ? "wait-for round" : "wait-for" });
  graph.dataset.told = told;
  graph.append(picture(edges), make("figcaption", { textContent: told }));
  pane.append(graph);
}

function empty() {
  return { items: new Map(), reads: new Map(), joins: new Map(), locals: new Map() };
}

// See src/session/notes.rs.
export function read(notes, at) {
  const { items, reads, joins, locals } = empty();
  const put = new Map();
  for (const line of notes.split("\n")) {
    const [after, says, of, ...more] = line.split("\t");
    if (Number(after) > at) break;
    if (says === "put") {
      const [, name, index] = /(.*) (\d+)$/.exec(more[0]);
      const nth = (put.get(of + more[0]) ?? 0) + 1;
      put.set(of + more[0], nth);
      items.set(of, [...(items.get(of) ?? []), { name, index, nth }]);
    }
    if (says === "get") items.set(of, items.get(of).slice(1));
    if (says === "lost") items.delete(of);
    if (says === "read") reads.set(of.replace(/ \d+$/, ""), more);
    if (says === "locals") locals.set(of.replace(/ \d+$/, ""), more);
    if (says === "joins") joins.set(of.replace(/ \d+$/, ""), more[0]);
  }
  return { items, reads, joins, locals };
}

// The first to come out stands first.
function itemsOf(items) {
  const shown = items.slice(0, MOST).map(({ name, nth }) => {
    const item = make("span", { className: "item", title: things.item(nth, name) });
    item.append(make("span", { className: "unseen", textContent: things.afterOthers(item.title) }));
    const dot = document.querySelector(`.positions [data-thread="${CSS.escape(name)}"] .dot`);
    if (dot) item.append(dot.cloneNode());
    const mark = make("span", { textContent: nth });
    mark.setAttribute("aria-hidden", "true");
    item.append(mark);
    return item;
  });
  const more = items.length - shown.length;
  return more > 0 ? [...shown, things.more(more)] : shown;
}

// A read that sets a variable is worth showing until the function is left, or begins anew.
function localOf(position, observed) {
  const stands = Number(/\d+$/.exec(position.querySelector(".line")?.textContent)?.[0]);
  const scroller = document.querySelector(".listing .scroller");
  if (!observed || !stands || !scroller) return "";
  const [python, rust, value] = observed;
  const from = Number(scroller.dataset.language === "rust" ? rust : python);
  const lines = new Map();
  for (const line of scroller.querySelectorAll("li")) {
    const text = line.querySelector("code").textContent;
    lines.set(Number(line.querySelector(".number").textContent), text);
  }
  const name = SETS.exec(lines.get(from))?.[1];
  if (!name || stands <= from) return "";
  for (let line = from + 1; line <= stands; line++) {
    if (/^\s*(async )?(def|fn) /.test(lines.get(line))) return "";
  }
  return things.read(name, value);
}

// Who waits for what, and who holds it; and for whose end threads wait, which is told only
// where that closes a cycle.
function edgesOf(pane, joins) {
  const edges = [];
  const named = new Map();
  for (const thing of pane.querySelectorAll(".things [data-primitive]")) {
    const waiters = [...thing.querySelectorAll(".waiter")];
    // Several may have one name.
    const name = thing.dataset.primitive;
    const nth = (named.get(name) ?? 0) + 1;
    named.set(name, nth);
    if (!waiters.length) continue;
    const { holder } = thing.dataset;
    const primitive = nth > 1 ? things.nth(name, nth) : name;
    for (const waiter of waiters) {
      edges.push({ from: waiter.textContent.trim(), to: primitive, colour: colourOf(waiter) });
    }
    if (holder) {
      const colour = colourOf(thing.querySelector(".state"));
      edges.push({ from: primitive, to: holder, held: true, colour });
    }
  }
  const waits = edges.length > 0;
  for (const [from, to] of joins) {
    if (waits && to) edges.push({ from, to, joins: true });
  }
  return edges;
}

function colourOf(element) {
  return element.querySelector(".dot")?.style.backgroundColor ?? "";
}

// Puts these into a part of an element that is this script's own, if they are others.
function fill(element, name, content) {
  let part = element.querySelector(`:scope > .${name}`);
  if (!part && !content.length) return;
  part ??= element.appendChild(make("span", { className: name, translate: false }));
  const fresh = make("span", {});
  fresh.append(...content);
  if (fresh.innerHTML !== part.innerHTML) part.replaceChildren(...fresh.childNodes);
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
