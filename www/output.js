// What a program has printed, in its order: each line in the colour of its thread, and with when
// it was printed. A press leads to the step that printed it.

import { linesOfRealRun } from "./programs.js";
import { programs as says } from "./words-later.js";

// Lines that are drawn; of more the last.
const MOST = 1_000;

// Letters of a line that are drawn.
const LONGEST = 2_000;

// What each pane shows, so that nothing is drawn twice.
const drawn = new WeakMap();

export function draw(pane) {
  const { printed, at } = pane.dataset;
  const isReal = printed === undefined;
  const lines = isReal ? linesOfRealRun().map(ofReal) : linesOf(printed);
  const key = isReal ? `${lines.length}` : printed;
  if (drawn.get(pane) !== key) {
    drawn.set(pane, key);
    fill(pane, lines, isReal);
  }
  if (!isReal) mark(pane, Number(at));
}

addEventListener("lockstep-printed", () => {
  if (due) return;
  due = true;
  requestAnimationFrame(() => {
    due = false;
    const pane = document.querySelector(".output:not([data-printed])");
    if (pane) draw(pane);
  });
});
let due = false;

// See src/session/output.rs.
function linesOf(printed) {
  const lines = printed.split("\n").slice(0, -1);
  return lines.map((line) => {
    const [, at, thread, toStderr, name, text] = /^(\d+)\t(\d+)\t([01])\t([^\t]*)\t(.*)$/su.exec(line);
    return { at: Number(at), thread: Number(thread), isError: toStderr === "1", name, text };
  });
}

function ofReal([thread, isError, ms, text]) {
  return { at: ms, thread, isError, name: nameOf(thread), text: text.replace(/\n$/, "") };
}

function fill(pane, all, isReal) {
  const lines = all.slice(-MOST);
  const list = document.createElement("ol");
  const hues = pane.dataset.hues.split(" ");
  for (const { at, thread, isError, name, text } of lines) {
    const line = document.createElement("li");
    line.className = isError ? "printed error" : "printed";
    line.dataset.at = at;
    line.style.setProperty("--hue", hues[thread % hues.length]);
    const when = document.createElement(isReal ? "span" : "button");
    when.className = "when";
    when.textContent = isReal ? says.ms(at) : says.step(at);
    if (!isReal) when.addEventListener("click", () => goTo(at));
    const words = document.createElement("code");
    words.textContent = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = name;
    line.append(when, who, words);
    list.append(line);
  }
  const told = document.createElement("p");
  told.className = "note";
  told.textContent = all.length === 0 ? says.nothing : all.length > MOST ? says.last(MOST, all.length) : "";
  pane.replaceChildren(...(told.textContent ? [told] : []), list);
}

// Lines that are still to come look so.
function mark(pane, now) {
  for (const line of pane.querySelectorAll(".printed")) {
    line.classList.toggle("to-come", Number(line.dataset.at) > now);
  }
}

// The names of a real run's threads, as the lanes have them in words.
function nameOf(thread) {
  const lane = document.querySelectorAll(".timeline > ul > li")[thread];
  return lane?.textContent.split(": ")[0] ?? "";
}

// The slider of the transport goes there.
function goTo(step) {
  const slider = document.querySelector(".transport input[type=range]");
  if (!slider) return;
  slider.value = step;
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}
