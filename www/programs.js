// Programs of the reader's own: where their text comes from and is kept, their compiler, and
// what they have printed. Loaded when one is shown, or a scenario's is to be edited.
//
// The page's module is told the text by events: `lockstep-write`, what the reader has written,
// and `lockstep-load`, what came from elsewhere, which runs only when the reader says so.

import { decode, encode } from "./program-link.js";
import { withoutPrompts } from "./editor/paste.js";
import { programs as says } from "./words-later.js";

const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", href: "program.css" });
document.head.append(style);

// What was typed last, in this browser.
const KEPT = "lockstep program";

// A program larger than this is refused by the page.
const LARGEST = 64 * 1024;

const ID = "program";

let text = "";
// What is to be shown as soon as the page shows programs.
let pending;
let editor;
let opening = false;

// The compiler, in a worker of its own, which is asked one thing after the other.
let compiler;
const asked = new Map();
let questions = 0;

function ask(source) {
  compiler ??= start();
  const id = ++questions;
  return new Promise((resolve, reject) => {
    asked.set(id, { resolve, reject });
    compiler.postMessage({ id, source });
  });
}

function start() {
  const worker = new Worker("compiler-worker.js", { type: "module" });
  worker.postMessage({ engines: document.documentElement.dataset.engines });
  const failed = (why) => {
    for (const { reject } of asked.values()) reject(new Error(why));
    asked.clear();
    // The next is to try again.
    worker.terminate();
    compiler = undefined;
  };
  worker.onmessage = ({ data }) => {
    const { resolve, reject } = asked.get(data.id) ?? {};
    asked.delete(data.id);
    if (data.failed) return reject?.(new Error(data.failed));
    resolve?.(data.compiled);
  };
  worker.onerror = () => failed(says.noCompiler);
  return worker;
}

// What the last text came to: asked for while it is typed, and when it is run.
let compiled = { source: undefined };

function compile(source) {
  if (compiled.source !== source) compiled = { source, result: ask(source) };
  return compiled.result;
}

// Sends a worker the program, or why it cannot be run. What an earlier run has printed is over
// where it `runs` on real threads.
export async function deliver(worker, source, runs) {
  if (runs) printed = [];
  try {
    const { program, remarks } = await compile(source);
    if (program) return worker.postMessage({ program });
    const [first] = remarks.filter(({ severity }) => severity !== "warning");
    worker.postMessage({ refused: says.refused(first) });
  } catch (error) {
    // What could not be loaded may be there the next time.
    compiled = { source: undefined };
    worker.postMessage({ refused: String(error.message ?? error) });
  }
}

// What a run on real threads has printed: each line as [thread, to stderr, ms, text].
let printed = [];

globalThis.programPrinted = (line) => {
  printed.push(line);
  dispatchEvent(new Event("lockstep-printed"));
};

export const linesOfRealRun = () => printed;

const tell = (name, detail) => dispatchEvent(new CustomEvent(name, { detail }));

// Shows a text, as the reader's, or as one that came from elsewhere.
function show(source, { isOwn }) {
  text = source;
  editor?.set(source);
  tell(isOwn ? "lockstep-write" : "lockstep-load", source);
  if (isOwn) keepSoon();
}

let keeping;

// In this browser, and in the address, behind the `#`, where no server sees it.
function keepSoon() {
  clearTimeout(keeping);
  keeping = setTimeout(async () => {
    const of = text;
    keep();
    // No link holds more.
    if (new Blob([of]).size > LARGEST) return;
    const fragment = await encode(of);
    if (of !== text || !isShown()) return;
    history.replaceState(history.state, "", `${location.pathname}${location.search}${fragment}`);
  }, 200);
}

function keep() {
  try {
    localStorage.setItem(KEPT, text);
  } catch {
    // The browser lets nothing be kept.
  }
}

// Before the page goes, what was typed last.
addEventListener("pagehide", () => {
  if (keeping && isShown()) keep();
});

const isShown = () => document.querySelector("[data-shown]")?.dataset.shown === ID;

// What a program is begun with: what the address says, or what was typed last, or a first one.
async function begin() {
  const wanted = pending;
  pending = undefined;
  if (wanted !== undefined) {
    show(wanted, { isOwn: true });
    // Who asked for it wants to edit it.
    return openEditor(document.querySelector(".listing.own"));
  }
  if (location.hash) return load();
  show(kept() || says.first, { isOwn: true });
}

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    // Nothing is kept here.
    return "";
  }
}

async function load() {
  try {
    show(await decode(location.hash), { isOwn: false });
  } catch (error) {
    say(says.badLink(error.message));
    if (!text) show(kept() || says.first, { isOwn: false });
  }
}

addEventListener("hashchange", () => {
  if (isShown() && location.hash) load();
});
addEventListener("popstate", () => {
  if (isShown() && location.hash) load();
});

// Called whenever the page has changed, while it shows a program.
export function follow(listing) {
  if (begun !== listing.closest("main")) {
    begun = listing.closest("main");
    begin();
    // Where one pane is shown at a time: there is nothing yet but the program.
    const isNarrow = matchMedia("(max-width: 700px)").matches;
    if (isNarrow && !document.querySelector(".transport")) {
      import("./tabs.js").then(({ show }) => show("program"), () => undefined);
    }
  }
  if (editor && !listing.contains(editor.host)) closeEditor();
  const shown = editor;
  // It shows nothing anew that is as it was.
  if (shown) marks(listing).then((now) => shown === editor && shown.show(now));
}
let begun;

// A program is left.
export function leave() {
  begun = undefined;
  closeEditor();
}

// Where threads are, as the listing behind the editor has it, what races, and the threads' local
// variables.
async function marks(listing) {
  const threads = [];
  let current = null;
  for (const [index, line] of listing.querySelectorAll(".code > li").entries()) {
    if (!line.matches(".here, .now")) continue;
    if (line.classList.contains("now")) current = index + 1;
    for (const place of line.querySelectorAll("[data-place]")) {
      const dot = place.querySelector(".dot") ?? place;
      const { backgroundColor: colour, color: ink } = getComputedStyle(dot);
      const number = dot.textContent.trim();
      threads.push({ line: index + 1, number, name: place.dataset.place, colour, ink });
    }
  }
  const races = [...document.querySelectorAll("[data-kind=race]")];
  const race = races.flatMap(({ dataset }) => dataset.lines.split(" ").map(Number));
  return { threads, race, current, locals: await localsNow() };
}

// By line: of the threads that are there, each by its name where there are several.
async function localsNow() {
  const pane = document.querySelector(".state-pane[data-notes]");
  if (!pane?.dataset.notes.includes("\tlocals\t")) return {};
  const { read } = await import("./state.js");
  const { locals } = read(pane.dataset.notes, Number(pane.dataset.at));
  const lines = Map.groupBy([...locals].filter(([, [, values]]) => values), ([, [line]]) => line);
  const texts = [...lines].map(([line, its]) => {
    const named = its.map(([name, [, values]]) => (its.length > 1 ? `${name}: ${values}` : values));
    return [line, named.join("; ")];
  });
  return Object.fromEntries(texts);
}

async function openEditor(listing) {
  if (editor || opening) return editor?.focus();
  opening = true;
  try {
    const host = document.createElement("div");
    host.className = "editor";
    listing.append(host);
    const { openEditor } = await import("./editor.js");
    editor = await openEditor(host, {
      text,
      label: says.editor,
      changed: (now) => {
        text = now;
        tell("lockstep-write", text);
        keepSoon();
        remark();
      },
    });
    editor.host = host;
    listing.classList.add("edited");
    editor.focus();
    remark();
  } finally {
    opening = false;
  }
}

function closeEditor() {
  editor?.close();
  editor?.host?.closest(".listing")?.classList.remove("edited");
  editor?.host?.remove();
  editor = undefined;
}

let remarking;

// What the compiler says of what was typed, once the reader pauses.
function remark() {
  clearTimeout(remarking);
  remarking = setTimeout(async () => {
    const of = text;
    try {
      const { remarks } = await compile(of);
      editor?.remark(remarks, of);
    } catch {
      // It is said when the program is run.
      compiled = { source: undefined };
    }
  }, 250);
}

// What a button does, by its name.
export async function act(name, button) {
  const listing = button.closest(".listing");
  if (name === "edit") return openEditor(listing);
  if (name === "new") {
    show("", { isOwn: true });
    return openEditor(listing);
  }
  if (name === "open") return openFile();
  if (name === "save") return save();
  if (name === "take") return take(listing);
}

// A scenario's Python as a program of one's own, with its parameters as constants.
async function take(listing) {
  if (listing.querySelector("[data-language]").dataset.language !== "python") {
    // What is read there is the Rust.
    listing.querySelector(".head button").click();
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  }
  const lines = listing.querySelectorAll(".code > li > code");
  pending = [...lines].map((line) => line.textContent).join("\n").trimEnd() + "\n";
  go();
}

function go() {
  const link = document.createElement("a");
  link.setAttribute("href", `?scenario=${ID}`);
  document.body.append(link);
  link.click();
  link.remove();
}

function openFile() {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", accept: ".py,text/x-python,text/plain" });
  input.addEventListener("change", () => read(input.files[0]));
  input.click();
}

async function read(file) {
  if (!file) return;
  if (file.size > LARGEST) return say(says.tooLong);
  const source = withoutPrompts((await file.text()).replace(/\r\n?/g, "\n").replace(/^\uFEFF/, ""));
  if (isShown()) return show(source, { isOwn: true });
  pending = source;
  go();
}

// A file that is dropped anywhere on the page.
addEventListener("dragover", (event) => {
  if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
});
addEventListener("drop", (event) => {
  const file = event.dataTransfer?.files[0];
  if (!file) return;
  event.preventDefault();
  read(file);
});

function save() {
  const href = URL.createObjectURL(new Blob([text], { type: "text/x-python" }));
  const link = Object.assign(document.createElement("a"), { href, download: "program.py", hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), 60_000);
}

// Links of the page to itself carry the text where they are opened elsewhere.
for (const when of ["pointerdown", "contextmenu", "focusin"]) {
  addEventListener(when, ({ target }) => {
    const link = target.closest?.(`a[href^="?scenario=${ID}"]`);
    if (link && !link.hash && location.hash) {
      link.setAttribute("href", link.getAttribute("href") + location.hash);
    }
  });
}

// Tells the reader something beside the program.
function say(words) {
  const listing = document.querySelector(".listing.own");
  let told = listing?.querySelector(":scope > .told");
  if (!told) {
    told = Object.assign(document.createElement("p"), { className: "told", role: "status" });
    listing?.append(told);
  }
  told.textContent = words;
}
