// What makes the workbench easier to read and to handle, and is no part of what it shows:
// the colours of the program's text, the step that stays in sight, the divider.

const KEYWORDS = {
  python:
    "and as assert async await break class continue def del elif else except finally for from global if import in is lambda nonlocal not or pass raise return try while with yield None True False",
  rust: "as async await break const continue crate else enum false fn for if impl in let loop match mod move mut pub ref return self Self static struct super true type use where while",
};

const TOKENS = {
  python: /(#.*)|([rbf]*"""[^]*?"""|[rbf]*"(?:\\.|[^"\\])*"|[rbf]*'(?:\\.|[^'\\])*')|(\b\d[\d_.]*\b)|([A-Za-z_]\w*)(\s*\()?/g,
  rust: /(\/\/.*)|(b?"(?:\\.|[^"\\])*")|(\b\d[\d_.]*\b)|([A-Za-z_]\w*)(!?\s*\()?/g,
};

// Browsers that know no highlights show the text in one colour.
const colours = globalThis.CSS?.highlights && {
  comment: new Highlight(),
  string: new Highlight(),
  number: new Highlight(),
  keyword: new Highlight(),
  call: new Highlight(),
};
for (const [name, highlight] of Object.entries(colours ?? {})) CSS.highlights.set(name, highlight);

// The first line that was coloured and the text of all, so that they are gone through again
// only if they changed.
let coloured = {};

let due = false;
new MutationObserver(() => {
  // Once a frame is enough, and as often as there is time for.
  if (!due) requestAnimationFrame(() => ((due = false), follow()));
  due = true;
}).observe(document.body, {
  subtree: true,
  childList: true,
  characterData: true,
  attributeFilter: ["class"],
});
follow();

function follow() {
  const scroller = document.querySelector(".listing .scroller");
  if (!scroller) return;
  const lines = [...scroller.querySelectorAll("code")];
  const first = lines[0]?.firstChild;
  const text = lines.map((line) => line.textContent).join("\n");
  if (text !== coloured.text || first !== coloured.first) {
    coloured = { text, first };
    if (colours) colour(lines, scroller.dataset.language);
  }
  keepInSight(scroller);
}

function colour(lines, language) {
  Object.values(colours).forEach((highlight) => highlight.clear());
  const keywords = new Set(KEYWORDS[language].split(" "));
  for (const line of lines) {
    const text = line.firstChild;
    if (text?.nodeType !== Node.TEXT_NODE) continue;
    for (const [, comment, string, number, word, call] of matches(text.data, language)) {
      const kind =
        (comment && "comment") ||
        (string && "string") ||
        (number && "number") ||
        (keywords.has(word) && "keyword") ||
        (call && "call");
      if (kind) colours[kind].add(range(text, comment ?? string ?? number ?? word));
    }
  }

  function* matches(text, language) {
    for (const match of text.matchAll(TOKENS[language])) {
      range.at = match.index;
      yield match;
    }
  }

  function range(text, token) {
    return new StaticRange({
      startContainer: text,
      startOffset: range.at,
      endContainer: text,
      endOffset: range.at + token.length,
    });
  }
}

// Scrolls as little as it takes, the listing alone: never the page, nor one around it. The
// line is that of the last step; where a run on real threads has ended, the last one on which
// a thread stands.
function keepInSight(scroller) {
  const ended = document.querySelector(".outcome:not(.live)");
  const line =
    scroller.querySelector(".now") ?? (ended && [...scroller.querySelectorAll(".here")].at(-1));
  if (!line || line === keepInSight.last) return;
  keepInSight.last = line;
  const [box, its] = [scroller.getBoundingClientRect(), line.getBoundingClientRect()];
  const margin = 2 * its.height;
  if (its.top < box.top + margin) scroller.scrollTop -= box.top + margin - its.top;
  if (its.bottom > box.bottom - margin) scroller.scrollTop += its.bottom + margin - box.bottom;
}

// The lanes are painted in the colours and for the pixels of the moment.
const repaint = () => dispatchEvent(new Event("resize"));
for (const media of ["(prefers-color-scheme: dark)", "print", "(forced-colors: active)"]) {
  matchMedia(media).addEventListener("change", repaint);
}
(function follow() {
  const same = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  same.addEventListener("change", () => (repaint(), follow()), { once: true });
})();

const [NARROWEST, WIDEST, STEP] = [25, 60, 2];

function divide(percent) {
  const width = Math.min(WIDEST, Math.max(NARROWEST, percent));
  document.documentElement.style.setProperty("--program", `${width}%`);
  document.querySelector(".divider")?.setAttribute("aria-valuenow", Math.round(width));
  repaint();
}

addEventListener("pointerdown", (event) => {
  const divider = event.target.closest?.(".divider");
  if (!divider || event.button !== 0) return;
  event.preventDefault();
  divider.setPointerCapture(event.pointerId);
  const move = ({ clientX }) => divide((clientX / innerWidth) * 100);
  divider.addEventListener("pointermove", move);
  const end = () => divider.removeEventListener("pointermove", move);
  divider.addEventListener("lostpointercapture", end, { once: true });
});

addEventListener("keydown", (event) => {
  const way = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -100, End: 100 }[event.key];
  const held = event.ctrlKey || event.metaKey || event.altKey;
  if (!way || held || !event.target.closest?.(".divider")) return;
  // These keys step through a run, elsewhere.
  event.stopImmediatePropagation();
  event.preventDefault();
  const now = document.querySelector(".program").getBoundingClientRect().width;
  divide((now / innerWidth) * 100 + way);
}, true);
