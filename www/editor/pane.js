// What stands around the text: a shadow root with its style sheet, a line that says how many
// remarks there are and which keys, and the list of remarks.

import { editor as says } from "../words-editor.js";

// How long the style sheet may take to come.
const PATIENCE_MS = 3_000;

// Remarks that are listed.
const LISTED = 50;

// A pane in `host`. `goTo(remark)` is called when one in the list is pressed; `keys` are told
// to those who see them, and as the text `how`, with the id "how", to others.
export async function paneIn(host, { goTo, keys = [], how = "" }) {
  const outside = make("div", {});
  const root = outside.attachShadow({ mode: "open" });
  const style = make("link", { rel: "stylesheet", href: new URL("editor.css", import.meta.url).href });
  // Without it the editor is there, and plain.
  const styled = new Promise((done) => {
    style.onload = style.onerror = done;
    setTimeout(done, PATIENCE_MS);
  });
  const told = make("span", { role: "status", textContent: says.none });
  const ofKeys = make("span", { className: "keys", ariaHidden: "true" });
  for (const [key, what] of keys) {
    ofKeys.append(make("span", {}, make("kbd", { textContent: key }), ` ${what}`));
  }
  const list = make("ul", { className: "remarks", ariaLabel: says.remarks, hidden: true });
  const foot = make("div", { className: "foot" }, told, ofKeys);
  const body = make("div", { className: "body" });
  root.append(style, make("p", { id: "how", className: "unseen", textContent: how }), body, foot, list);
  // The page's own keys are not for who types; what runs the program is.
  outside.addEventListener("keydown", (event) => {
    if (!isRun(event)) event.stopPropagation();
  });
  host.append(outside);
  await styled;

  const tell = (remarks) => {
    const ofWarnings = remarks.filter(({ severity }) => severity === "warning");
    const errors = remarks.length - ofWarnings.length;
    const counted = says.counted(errors, ofWarnings.length);
    // Said again only if it is another.
    if (told.textContent !== (counted || says.none)) told.textContent = counted || says.none;
    told.className = errors ? "bad" : "";
    list.hidden = remarks.length === 0;
    list.replaceChildren(...remarks.slice(0, LISTED).map(item));
    if (remarks.length > LISTED) {
      list.append(make("li", { textContent: says.more(remarks.length - LISTED) }));
    }
  };

  function item(remark) {
    const { severity, line, text, help } = remark;
    const place = make("span", { className: "place", textContent: says.line(line) });
    const kind = make("span", { className: "kind", textContent: says.severities[severity] });
    const button = make("button", { type: "button" }, place, " ", kind, " ", text);
    button.addEventListener("click", () => goTo(remark));
    const more = help ? [make("p", { className: "help", textContent: help })] : [];
    return make("li", { className: severity }, button, ...more);
  }

  return { root, body, tell, close: () => outside.remove() };
}

// The page's key for it.
export function isRun({ key, ctrlKey, metaKey }) {
  return key === "Enter" && (ctrlKey || metaKey);
}

// The remarks in their order, with `from` and `to`, places in the text, for their bytes of UTF-8.
export function placed(remarks, text) {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const isPlain = bytes.length === text.length;
  const place = (at) => {
    const whole = Math.min(at, bytes.length);
    return isPlain ? whole : decoder.decode(bytes.subarray(0, whole)).length;
  };
  const found = remarks.map((remark) => ({ ...remark, from: place(remark.start), to: place(remark.end) }));
  return found.sort((one, other) => one.from - other.from);
}

export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
