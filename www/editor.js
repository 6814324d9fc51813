// The editor for a program of the visitor's own. Loaded at the first edit.
//
// It is made with CodeMirror, which xtask/src/editor.rs bundles. Where that is not to be had, a
// plain text area does the same.

import * as plain from "./editor/plain.js";

// How long CodeMirror may take to come.
const PATIENCE_MS = 15_000;

// Puts an editor into `host`, an element of the page. Its text is `text`, its name for readers
// `label`. `changed(text)` is called when the text was edited, `wentTo(line)` when the reader
// has moved to another line.
//
// Comes back once the editor can be used:
//   text            the text as it is now
//   set(text)       another text in its place; calls nothing. With CodeMirror it can be undone
//   remark(remarks, of)
//                   what the compiler says of the text `of`: { severity: "syntax", "unsupported"
//                   or "warning", line, start, end, text, help }, start and end in bytes of
//                   UTF-8. Ignored if the text is another one by now
//   show({ threads, race, current, locals })
//                   where threads are: { line, number, name, colour, ink }; the lines of a race;
//                   the line of the last step; { line: text } that is shown at the lines' ends
//   goTo(line)      scrolls to a line, and marks it for a moment
//   focus(), close()
export async function openEditor(host, { text, label, changed = () => {}, wentTo = () => {} }) {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  const code = await Promise.race([import("./editor/code.js"), late]).catch(() => undefined);
  return (code ?? plain).open(host, { text, label, changed, wentTo });
}
