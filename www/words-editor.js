// The words of the editor, see words.js.

const count = (n, noun) => `${n} ${noun}${n === 1 ? "" : "s"}`;

export const editor = {
  // For readers who do not see the line with the keys.
  how: "Tab indents. To leave the editor, press Escape, then Tab. Control and Space completes a name, Control and I tells what is known of it, F8 goes to the next remark.",
  keys: [
    ["Esc Tab", "leaves"],
    ["Ctrl+Space", "completes"],
    ["Ctrl+I", "explains"],
  ],
  remarks: "Remarks on the program",
  none: "No remarks",
  // How many of each there are.
  counted: (errors, warnings) =>
    [errors && count(errors, "error"), warnings && count(warnings, "warning")]
      .filter(Boolean)
      .join(", "),
  line: (line) => `Line ${line}`,
  severities: { syntax: "Error", unsupported: "Not supported", warning: "Warning" },
  more: (n) => `and ${n} more`,
  here: (names) => `Here: ${names.join(", ")}.`,
  ofLocals: (text) => `  ${text}`,
};

// What is known of a name of Python's or of its library.
export const library = {
  builtin: "built in",
  keyword: "keyword",
  moduleOf: "module",
  attribute: "used in this program",
  isBuiltin: (name) => `${name} is built in.`,
  isModule: (path, names) => `${path} is a module. It has ${names} names here.`,
  isThere: (path) => `${path} can be used here.`,
  isAbsent: (path) => `${path} is not there yet: a program that uses it cannot run here.`,
  isUnknown: (path) => `There is no ${path} here.`,
  noModule: (path) => `There is no module ${path} here.`,
  nothing: "Nothing is known of this name.",
};
