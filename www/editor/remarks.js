// What the compiler says, in the text: a line under it, a mark at its line, its words when it is
// pointed at; and the way from one to the next.

import { Decoration, EditorView, GutterMarker, RangeSet, StateEffect, StateField, gutterLineClass } from "./codemirror.js";

const set = StateEffect.define();

class Wrong extends GutterMarker {
  constructor(severity) {
    super();
    this.elementClass = severity === "warning" ? "warned" : "wrong";
  }

  eq(other) {
    return this.elementClass === other.elementClass;
  }
}

const NOTHING = { lines: RangeSet.empty, under: Decoration.none };

const field = StateField.define({
  create: () => NOTHING,
  update(value, { effects, changes, docChanged, state }) {
    const remarks = effects.find((effect) => effect.is(set))?.value;
    if (remarks) return made(remarks, state.doc);
    if (!docChanged || value === NOTHING) return value;
    return { lines: value.lines.map(changes), under: value.under.map(changes) };
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ under }) => under),
    gutterLineClass.from(field, ({ lines }) => lines),
  ],
});

function made(remarks, doc) {
  const lines = new Map();
  const under = [];
  for (const remark of remarks) {
    const line = doc.lineAt(Math.min(remark.from, doc.length));
    // A line has the mark of the worst.
    if (lines.get(line.from)?.elementClass !== "wrong") lines.set(line.from, new Wrong(remark.severity));
    const { from, to } = stretch(remark, line);
    const style = `remark ${remark.severity}`;
    if (from < to) under.push(Decoration.mark({ class: style, remark }).range(from, to));
  }
  const ranges = [...lines].map(([from, marker]) => marker.range(from));
  return { lines: RangeSet.of(ranges, true), under: Decoration.set(under, true) };
}

// What is underlined: no more than a line, and a character at least, if there is one.
function stretch({ from, to }, line) {
  const end = Math.min(to, line.to);
  if (from < end) return { from, to: end };
  return from < line.to ? { from, to: from + 1 } : { from: Math.max(line.from, line.to - 1), to: line.to };
}

export const remarks = field;

export function remark(view, all) {
  view.dispatch({ effects: set.of(all) });
}

// What is said about this place.
export function remarksAt(state, at) {
  const found = [];
  state.field(field).under.between(at, at, (from, to, { spec }) => void found.push({ from, to, ...spec.remark }));
  return found;
}

// Where the next remark begins, or the one before, in a circle.
export function nextRemark(state, step) {
  const starts = [];
  state.field(field).under.between(0, state.doc.length, (from) => void starts.push(from));
  const { head } = state.selection.main;
  const next = step > 0 ? starts.find((at) => at > head) : starts.findLast((at) => at < head);
  return next ?? starts.at(step > 0 ? 0 : -1);
}
