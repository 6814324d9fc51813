// A text area in the place of the editor, where CodeMirror cannot be loaded.

import { withoutPrompts } from "./paste.js";
import { make, paneIn, placed } from "./pane.js";

export async function open(host, { text, label, changed, wentTo }) {
  const area = make("textarea", { value: text, ariaLabel: label, spellcheck: false });
  const pane = await paneIn(host, { goTo: ({ from, to }) => select(from, to) });
  area.setAttribute("autocapitalize", "off");
  pane.body.append(area);

  area.addEventListener("input", () => changed(area.value));
  area.addEventListener("paste", (event) => {
    event.preventDefault();
    insert(withoutPrompts(event.clipboardData.getData("text/plain")));
  });
  let line = 1;
  area.addEventListener("selectionchange", () => {
    const now = area.value.slice(0, area.selectionStart).split("\n").length;
    if (now !== line && area.matches(":focus")) wentTo(now);
    line = now;
  });

  // The only way that can be undone.
  function insert(typed) {
    area.focus();
    document.execCommand(typed ? "insertText" : "delete", false, typed);
  }

  // The line in the middle.
  function select(from, to) {
    area.setSelectionRange(from, to);
    const before = area.value.slice(0, from).split("\n").length - 1;
    const all = area.value.split("\n").length;
    area.scrollTop = (area.scrollHeight * before) / all - area.clientHeight / 2;
  }

  function goTo(wanted) {
    const lines = area.value.split("\n");
    const from = lines.slice(0, wanted - 1).join("\n").length + (wanted > 1 ? 1 : 0);
    if (wanted <= lines.length) select(from, from + lines[wanted - 1].length);
  }

  return {
    get text() {
      return area.value;
    },
    // This cannot be undone.
    set(other) {
      area.value = other;
    },
    remark(remarks, of = area.value) {
      if (of === area.value) pane.tell(placed(remarks, of));
    },
    show({ current }) {
      if (current) goTo(current);
    },
    goTo,
    focus: () => area.focus(),
    close: () => pane.close(),
  };
}
