// What a run shows in the text: where threads are, the lines of a race, values at the ends of
// lines, and the line that was asked for.

import {
  Decoration,
  EditorView,
  GutterMarker,
  RangeSet,
  StateEffect,
  StateField,
  WidgetType,
  gutter,
  gutterLineClass,
} from "./codemirror.js";
import { editor as says } from "../words-editor.js";
import { make } from "./pane.js";

// Marks that a line has room for.
const MARKS = 3;
const NAMED_MS = 2_000;

const shown = StateEffect.define();
const named = StateEffect.define();

// The text of a line without a comment behind it.
const CODE = /\S.*?(?=\s*(#|$))/;

class Places extends GutterMarker {
  constructor(threads) {
    super();
    this.threads = threads;
    this.key = JSON.stringify(threads);
  }

  eq(other) {
    return this.key === other.key;
  }

  toDOM() {
    const fit = this.threads.length > MARKS ? MARKS - 1 : MARKS;
    const dots = this.threads.slice(0, fit).map(({ number, name, colour, ink }) => {
      const dot = make("span", { className: "dot", title: name, textContent: number, translate: false });
      Object.assign(dot.style, { background: colour, color: ink });
      return dot;
    });
    const others = this.threads.slice(fit);
    const names = others.map(({ name }) => name).join(", ");
    const more = make("span", { className: "more", title: names, textContent: `+${others.length}` });
    return make("span", { className: "places" }, ...dots, ...(others.length ? [more] : []));
  }
}

class Here extends GutterMarker {
  elementClass = "here";
}

const HERE = new Here();

class Locals extends WidgetType {
  constructor(text) {
    super();
    this.text = text;
  }

  eq(other) {
    return this.text === other.text;
  }

  toDOM() {
    return make("span", { className: "locals", textContent: says.ofLocals(this.text) });
  }
}

const NOTHING = { key: "", places: RangeSet.empty, lines: RangeSet.empty, marks: Decoration.none };

const field = StateField.define({
  create: () => NOTHING,
  update(value, { effects, changes, docChanged, state }) {
    const what = effects.find((effect) => effect.is(shown))?.value;
    if (what) return made(what, state.doc);
    if (!docChanged || value === NOTHING) return value;
    const { key, places, lines, marks } = value;
    return { key, places: places.map(changes), lines: lines.map(changes), marks: marks.map(changes) };
  },
  provide: (field) => [
    EditorView.decorations.from(field, ({ marks }) => marks),
    gutterLineClass.from(field, ({ lines }) => lines),
    // Room for them in all lines, or these would move sideways.
    EditorView.editorAttributes.from(field, ({ places }) => (places.size ? { class: "has-places" } : {})),
  ],
});

function made(what, doc) {
  const { threads = [], race = [], current, locals = {} } = what;
  const isLine = (line) => line >= 1 && line <= doc.lines;
  const at = Map.groupBy(threads.filter(({ line }) => isLine(line)), ({ line }) => line);
  const places = [...at].map(([line, here]) => new Places(here).range(doc.line(line).from));
  const lines = new Set([...at.keys(), ...(isLine(current) ? [current] : [])]);
  const marks = [...lines].map((line) => {
    return Decoration.line({ class: line === current ? "now" : "here" }).range(doc.line(line).from);
  });
  for (const line of race.filter(isLine)) {
    const { text, from } = doc.line(line);
    const code = CODE.exec(text);
    if (!code) continue;
    const start = from + code.index;
    marks.push(Decoration.mark({ class: "race" }).range(start, start + code[0].length));
  }
  for (const [line, text] of Object.entries(locals)) {
    if (!isLine(Number(line)) || !text) continue;
    const widget = Decoration.widget({ widget: new Locals(text), side: 1 });
    marks.push(widget.range(doc.line(Number(line)).to));
  }
  const here = [...lines].map((line) => HERE.range(doc.line(line).from));
  return {
    key: JSON.stringify(what),
    places: RangeSet.of(places, true),
    lines: RangeSet.of(here, true),
    marks: Decoration.set(marks, true),
  };
}

// The line that was asked for, for a moment.
const ofNamed = StateField.define({
  create: () => Decoration.none,
  update(value, { effects, changes, state }) {
    const effect = effects.find((effect) => effect.is(named));
    if (!effect) return value.map(changes);
    const mark = Decoration.line({ class: "named" });
    return effect.value ? Decoration.set(mark.range(state.doc.line(effect.value).from)) : Decoration.none;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export const marks = [
  field,
  ofNamed,
  gutter({ class: "of-places", markers: ({ state }) => state.field(field).places }),
];

// What is shown; the line of the last step comes into sight. Where that is shown already, marks
// stay where they have moved to, and the reader where they are.
export function show(view, what) {
  if (view.state.field(field).key === JSON.stringify(what)) return;
  view.dispatch({ effects: shown.of(what) });
  const { current } = what;
  if (current >= 1 && current <= view.state.doc.lines) bringIntoSight(view, current);
}

// The names of the threads at the line of a place.
export function threadsAt(state, place) {
  const { from } = state.doc.lineAt(place);
  const names = [];
  state.field(field).places.between(from, from, (_from, _to, places) => {
    names.push(...places.threads.map(({ name }) => name));
  });
  return names;
}

// What ends the moment, by editor.
const timers = new WeakMap();

export function goTo(view, line) {
  const { doc } = view.state;
  if (line < 1 || line > doc.lines) return;
  const { from, text } = doc.line(line);
  view.dispatch({
    selection: { anchor: from + text.search(/\S|$/) },
    effects: [named.of(line), EditorView.announce.of(`${says.line(line)}: ${text.trim()}`)],
  });
  bringIntoSight(view, line);
  clearTimeout(timers.get(view));
  timers.set(view, setTimeout(() => view.dispatch({ effects: named.of(null) }), NAMED_MS));
}

// Scrolls as little as it takes, and the text alone: never the page, nor one around it.
function bringIntoSight(view, line) {
  const block = view.lineBlockAt(view.state.doc.line(line).from);
  const box = view.scrollDOM.getBoundingClientRect();
  const top = view.documentTop + block.top - box.top;
  const margin = 2 * block.height;
  const over = top + block.height + margin - view.scrollDOM.clientHeight;
  view.scrollDOM.scrollTop += Math.min(top - margin, Math.max(0, over));
}
