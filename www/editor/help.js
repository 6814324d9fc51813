// What is said about a place in the text, when it is pointed at and by a key: remarks, and what
// is known of the name; by the key also who is at the line, since the dots are for eyes alone.

import { EditorView, StateEffect, StateField, hoverTooltip, keymap, showTooltip, syntaxTree } from "./codemirror.js";
import { editor, library as says } from "../words-editor.js";
import { known } from "./library.js";
import { threadsAt } from "./marks.js";
import { make } from "./pane.js";
import { nextRemark, remarksAt } from "./remarks.js";

// `table()` is the library, once it is there.
export function help(table) {
  const asked = StateEffect.define();
  // What was asked for by a key stays until something else is done.
  const field = StateField.define({
    create: () => null,
    update(value, { effects, docChanged, selection }) {
      const effect = effects.find((effect) => effect.is(asked));
      if (effect) return effect.value;
      return docChanged || selection ? null : value;
    },
    provide: (field) => showTooltip.from(field),
  });

  function at(state, place) {
    const found = remarksAt(state, place);
    const name = nameAt(state, place);
    const told = name && known(name.text, state.doc.toString(), table());
    const said = found.map(({ severity, text, help }) => [
      `${editor.severities[severity]}: ${text}`,
      ...(help ? [help] : []),
    ]);
    const lines = [...said.flat(), ...(told ? [told] : [])];
    return { lines, from: found[0]?.from ?? name?.from ?? place, to: found[0]?.to ?? name?.to ?? place };
  }

  function ask(view) {
    const { head } = view.state.selection.main;
    const { lines, from } = at(view.state, head);
    const names = threadsAt(view.state, head);
    const here = names.length ? [editor.here(names)] : [];
    const told = lines.length || here.length ? [...lines, ...here] : [says.nothing];
    view.dispatch({
      effects: [asked.of(tooltip(told, from)), EditorView.announce.of(told.join(" "))],
    });
    return true;
  }

  function dismiss(view) {
    if (!view.state.field(field)) return false;
    view.dispatch({ effects: asked.of(null) });
    return true;
  }

  const toRemark = (step) => (view) => {
    const next = nextRemark(view.state, step);
    if (next === undefined) return false;
    view.dispatch({ selection: { anchor: next }, scrollIntoView: true, userEvent: "select" });
    return ask(view);
  };

  return [
    field,
    hoverTooltip(({ state }, place) => {
      const { lines, from, to } = at(state, place);
      return lines.length ? { ...tooltip(lines, from), end: to } : null;
    }),
    keymap.of([
      { key: "Ctrl-i", run: ask, preventDefault: true },
      { key: "Escape", run: dismiss },
      { key: "F8", run: toRemark(1), shift: toRemark(-1) },
    ]),
  ];
}

function tooltip(lines, pos) {
  const create = () => {
    const dom = make("div", { className: "told" });
    dom.append(...lines.map((line) => make("p", { textContent: line })));
    return { dom };
  };
  return { pos, above: true, create };
}

// The name at a place, with what it is an attribute of: `threading.Lock`.
function nameAt(state, place) {
  if (isText(state, place)) return undefined;
  const line = state.doc.lineAt(place);
  for (const { index, 0: name } of line.text.matchAll(/[A-Za-z_]\w*(\.[A-Za-z_]\w*)*/g)) {
    const [from, to] = [line.from + index, line.from + index + name.length];
    if (place < from || place > to) continue;
    // Up to the part that the place is in.
    const rest = name.slice(place - from).search(/\.|$/);
    return { from, to, text: name.slice(0, place - from + rest) };
  }
  return undefined;
}

// Whether a place is in a comment or a string, and no name of the program's is there.
export function isText(state, place) {
  return /^(Comment|String|FormatString)$/.test(syntaxTree(state).resolveInner(place, -1).name);
}
