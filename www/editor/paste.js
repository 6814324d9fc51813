// A program as it was typed, of what was copied from an interpreter or a notebook.

const PYTHON = /^\s*(>>>|\.\.\.)( |$)/;
const CELL = /^\s*(In )?\[[\d *]*\]:( |$)/;
const OUTPUT = /^\s*Out\[\d*\]:( |$)/;
// IPython's, for the second line of a cell and the others.
const MORE = /^\s+\.{3,}: ?/;

// The text without prompts and without what was printed; as it is if it does not begin with a
// prompt, since a program may well have some in a docstring.
export function withoutPrompts(text) {
  const lines = text.split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== "") ?? "";
  if (/^\s*>>>( |$)/.test(first)) return fromPython(lines).join("\n");
  if (CELL.test(first) || OUTPUT.test(first)) return fromCells(lines).join("\n");
  return text;
}

// `...` goes on only below a prompt: elsewhere it is output.
function fromPython(lines) {
  const code = [];
  let goesOn = false;
  for (const line of lines) {
    const [, prompt] = PYTHON.exec(line) ?? [];
    goesOn = prompt === ">>>" || (prompt === "..." && goesOn);
    if (goesOn) code.push(line.replace(PYTHON, ""));
  }
  return code;
}

function fromCells(lines) {
  const code = [];
  // Whether lines without a prompt are code: they are in cells whose prompt stands alone, as a
  // notebook's do, and output in a terminal.
  let bare = false;
  let goesOn = false;
  lines.forEach((line, index) => {
    if (CELL.test(line)) {
      const rest = line.replace(CELL, "");
      const standsAlone = rest.trim() === "" && !MORE.test(lines[index + 1] ?? "");
      [bare, goesOn] = [standsAlone, true];
      if (!standsAlone) code.push(rest);
    } else if (OUTPUT.test(line)) {
      [bare, goesOn] = [false, false];
    } else if (goesOn && MORE.test(line)) {
      code.push(line.replace(MORE, ""));
    } else if (bare) {
      code.push(line);
    } else {
      goesOn = false;
    }
  });
  return code;
}
