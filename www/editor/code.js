// The editor with CodeMirror.

import {
  EditorState,
  EditorView,
  LanguageSupport,
  acceptCompletion,
  autocompletion,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  completionStatus,
  defaultKeymap,
  highlightActiveLine,
  highlightActiveLineGutter,
  history,
  historyKeymap,
  indentLess,
  indentMore,
  indentOnInput,
  indentUnit,
  keymap,
  lineNumbers,
  localCompletionSource,
  moveCompletionSelection,
  pythonLanguage,
  selectedCompletionIndex,
  syntaxHighlighting,
  tagHighlighter,
  tags,
} from "./codemirror.js";
import { editor as says } from "../words-editor.js";
import { help, isText } from "./help.js";
import { completions, read } from "./library.js";
import { goTo, marks, show } from "./marks.js";
import { paneIn, placed } from "./pane.js";
import { withoutPrompts } from "./paste.js";
import { remark, remarks } from "./remarks.js";

// As the listing has them, see colours.js.
const COLOURS = tagHighlighter([
  { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.bool, tags.null, tags.self], class: "keyword" },
  { tag: [tags.string, tags.special(tags.string)], class: "string" },
  { tag: tags.number, class: "number" },
  { tag: tags.comment, class: "comment" },
  { tag: [tags.function(tags.variableName), tags.function(tags.propertyName)], class: "call" },
]);

// How long Tab leaves after Escape.
const LEAVING_MS = 2_000;

// The library's table, once it is there: an editor can do without.
let table = new Map();
fetch(new URL("../offered.txt", import.meta.url))
  .then((response) => (response.ok ? response.text() : ""))
  .then((text) => (table = read(text)))
  .catch(() => undefined);

// Enter is for a new line, unless an arrow key has chosen one. A Tab within a name that comes
// before what is offered does nothing, rather than move the line.
function takeFirst(view) {
  const { state } = view;
  const { head } = state.selection.main;
  const status = completionStatus(state);
  if (status === "pending" && /[\w.]/.test(state.sliceDoc(head - 1, head))) return true;
  if (status !== "active") return false;
  if (selectedCompletionIndex(state) === null) moveCompletionSelection(true)(view);
  return acceptCompletion(view);
}

// Names of Python and its library, and those of the program, which CodeMirror finds.
function complete(context) {
  const { state, pos, explicit } = context;
  if (isText(state, pos)) return null;
  const found = completions(state.sliceDoc(0, pos), state.doc.toString(), table, explicit);
  if (!found) return null;
  const own = found.isAll ? [] : (localCompletionSource(context)?.options ?? []);
  const names = new Set(own.map(({ label }) => label));
  const others = found.options.filter(({ label }) => !names.has(label));
  return { from: pos - found.typed.length, options: [...own, ...others], validFor: /^\w*$/ };
}

// Tab leaves after Escape, also if that has closed something.
function letTabLeave(view) {
  view.setTabFocusMode(LEAVING_MS);
  return false;
}

const keys = [
  { key: "Tab", run: takeFirst },
  { key: "Tab", run: indentMore, shift: indentLess },
  // These run the program, which the page does.
  ...["Ctrl-Enter", "Meta-Enter"].map((key) => ({ key, run: () => true })),
  ...closeBracketsKeymap,
  ...completionKeymap,
  ...historyKeymap,
  ...defaultKeymap,
];

export async function open(host, { text, label, changed, wentTo }) {
  let view;
  const toRemark = ({ from }) => {
    const at = Math.min(from, view.state.doc.length);
    goTo(view, view.state.doc.lineAt(at).number);
    view.dispatch({ selection: { anchor: at } });
    view.focus();
  };
  const pane = await paneIn(host, { goTo: toRemark, keys: says.keys, how: says.how });
  // Whether the text is being set by the page.
  let isSet = false;
  let line = 1;
  const follow = EditorView.updateListener.of(({ docChanged, state, transactions }) => {
    if (docChanged && !isSet) changed(state.doc.toString());
    const before = line;
    line = state.doc.lineAt(state.selection.main.head).number;
    const isMoved = transactions.some((each) => each.isUserEvent("select") || each.docChanged);
    if (line !== before && isMoved && !isSet) wentTo(line);
  });
  view = new EditorView({
    root: pane.root,
    parent: pane.body,
    state: EditorState.create({
      doc: text,
      extensions: [
        keymap.of([{ key: "Escape", run: letTabLeave }]),
        help(() => table),
        keymap.of(keys),
        lineNumbers(),
        marks,
        remarks,
        history(),
        new LanguageSupport(pythonLanguage),
        syntaxHighlighting(COLOURS),
        indentUnit.of("    "),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({
          override: [complete],
          selectOnOpen: false,
          filterStrict: true,
          interactionDelay: 0,
          icons: false,
          defaultKeymap: false,
        }),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        EditorView.clipboardInputFilter.of(withoutPrompts),
        // The tabindex is what it is anyway: axe-core does not see that.
        EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": "how", tabindex: "0" }),
        // A file that is dropped is the page's.
        EditorView.domEventHandlers({ drop: ({ dataTransfer }) => dataTransfer.files.length > 0 }),
        follow,
      ],
    }),
  });
  const now = () => view.state.doc.toString();
  return {
    get text() {
      return now();
    },
    set(other) {
      isSet = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: other } });
      isSet = false;
    },
    remark(all, of = now()) {
      if (of !== now()) return;
      const found = placed(all, of);
      remark(view, found);
      pane.tell(found);
    },
    show: (what) => show(view, what),
    goTo: (line) => goTo(view, line),
    focus: () => view.focus(),
    close() {
      view.destroy();
      pane.close();
    },
  };
}
