// The colours of the program's text, by the browser's own highlights. Loaded when the text is
// in sight.

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
  param: new Highlight(),
  race: new Highlight(),
};
for (const [name, highlight] of Object.entries(colours ?? {})) CSS.highlights.set(name, highlight);

// The first line that was coloured, the text of all, and the lines that race, so that they are
// gone through again only if they changed.
let coloured = {};

export function colour(scroller) {
  const lines = [...scroller.querySelectorAll("code")];
  const first = lines[0]?.firstChild;
  const text = lines.map((line) => line.textContent).join("\n");
  const races = [...document.querySelectorAll("[data-kind=race]")];
  const raced = races.map((race) => race.dataset.lines).join(" ");
  if (text !== coloured.text || first !== coloured.first || raced !== coloured.raced) {
    coloured = { text, first, raced };
    if (colours) paint(lines, scroller.dataset.language, raced.split(" "));
  }
}

function paint(lines, language, raced) {
  Object.values(colours).forEach((highlight) => highlight.clear());
  const keywords = new Set(KEYWORDS[language].split(" "));
  for (const line of lines) {
    const text = line.firstChild;
    if (text?.nodeType !== Node.TEXT_NODE) continue;
    const lineNumber = line.parentElement.querySelector(".number").textContent;
    if (raced.includes(lineNumber)) whole(text, colours.race, /\S.*?(?=\s*(#|\/\/|$))/);
    // What a parameter sets.
    const constant = /^([A-Z_]+) = /.exec(text.data);
    const isSet = constant && document.getElementById(`param-${constant[1].toLowerCase()}`);
    if (isSet) whole(text, colours.param, /(?<= = ).*/);
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

  function whole(text, highlight, pattern) {
    const match = pattern.exec(text.data);
    range.at = match.index;
    highlight.add(range(text, match[0]));
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
