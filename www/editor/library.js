// What is known of Python's names and those of its library: which there are, what a program
// calls them, and how they are completed.

import { library as says } from "../words-editor.js";
import { BUILTINS, KEYWORDS } from "./names.js";

// The table of the library, `src/python/lib/offered.txt`: a module in brackets, its names, and
// below a line with `-` those that are not there yet. By module.
export function read(table) {
  const modules = new Map();
  for (const entry of table.split(/^\[/m).slice(1)) {
    const [, module, rest] = /^([^\]]+)\]\n([^]*)/.exec(entry);
    const [names, absent = ""] = rest.split(/^-$/m);
    modules.set(module, { names: words(names), absent: words(absent) });
  }
  return modules;
}

const words = (text) => text.split(/\s+/).filter(Boolean);

const IMPORT =
  /^[ \t]*(?:import[ \t]+(?<modules>[^\n#;]+)|from[ \t]+(?<from>[\w.]+)[ \t]+import[ \t]*(?:\((?<inside>[^)]*)\)|(?<names>[^\n#;]+)))/gm;

// What the names that a program imports stand for: `t` for `threading`, `Lock` for
// `threading.Lock`.
export function imported(text, modules) {
  const found = new Map();
  for (const { groups } of text.matchAll(IMPORT)) {
    const list = groups.modules ?? groups.names ?? groups.inside.replace(/#.*/g, "");
    for (const part of list.split(",")) {
      const [, path, name] = /^\s*([\w.]+|\*)(?:\s+as\s+(\w+))?\s*$/.exec(part) ?? [];
      if (!path) continue;
      const of = groups.from;
      if (path === "*") modules.get(of)?.names.forEach((each) => found.set(each, `${of}.${each}`));
      else if (of) found.set(name ?? path, `${of}.${path}`);
      // `import a.b` binds `a`.
      else if (name) found.set(name, path);
      else found.set(path.split(".")[0], path.split(".")[0]);
    }
  }
  return found;
}

// What is known of a name, `t.Lock` say, as a sentence; nothing if it is the program's own.
export function known(name, text, modules) {
  // Where the table could not be loaded.
  if (modules.size === 0) return undefined;
  const [head, ...rest] = name.split(".");
  const meant = imported(text, modules).get(head);
  if (!meant) return rest.length === 0 && BUILTINS.includes(head) ? says.isBuiltin(head) : undefined;
  return ofPath([meant, ...rest].join("."), modules);
}

// What is known of a module, or of a name in it.
export function ofPath(path, modules) {
  if (modules.has(path)) return says.isModule(path, modules.get(path).names.length);
  const dot = path.lastIndexOf(".");
  if (dot < 0) return says.noModule(path);
  const [module, name] = [path.slice(0, dot), path.slice(dot + 1)];
  const of = modules.get(module);
  // An attribute of something in a module: that is not in the table.
  if (!of) return modules.has(module.split(".")[0]) ? undefined : says.noModule(module);
  if (of.names.includes(name)) return says.isThere(path);
  return of.absent.includes(name) ? says.isAbsent(path) : says.isUnknown(path);
}

// How what stands before the cursor may go on: the part that is typed, what there is for it, and
// whether that is all that there can be, as after a dot. `asked`: whether the reader has asked for
// it; else nothing comes before a letter is typed.
export function completions(before, text, modules, asked) {
  const line = before.slice(before.lastIndexOf("\n") + 1);
  const after = (pattern, of = line) => pattern.exec(of);
  const result = (typed, options) => ({ typed, options, isAll: true });
  let found = after(/^\s*(?:from|import(?:.*,)?)\s+([\w.]*)$/);
  if (found) return result(found[1], [...modules.keys()].map((label) => option(label, says.moduleOf)));
  found = after(/(?:^|\n)[ \t]*from\s+([\w.]+)\s+import\s*(?:\([^)]*|[^\n(]*)?(?<!\w)(\w*)$/, before);
  if (found) return result(found[2], within(found[1], modules));
  found = after(/([A-Za-z_][\w.]*)\.(\w*)$/);
  if (found) {
    const [head, ...rest] = found[1].split(".");
    const meant = imported(text, modules).get(head);
    const path = meant && [meant, ...rest].join(".");
    return result(found[2], path && modules.has(path) ? within(path, modules) : attributes(text, found[2]));
  }
  found = after(/(?<![\w.])([A-Za-z_]\w*)$/) ?? (asked && after(/(?<![\w.])()$/));
  // The name of something new.
  if (!found || after(/\b(?:def|class|as)\s+\w*$/)) return undefined;
  const ofPython = [
    ...KEYWORDS.map((label) => option(label, says.keyword)),
    ...BUILTINS.map((label) => option(label, says.builtin)),
  ];
  return { typed: found[1], options: ofPython, isAll: false };
}

const option = (label, detail) => ({ label, detail });

// The names of a module, and the modules in it.
function within(path, modules) {
  const inner = [...modules.keys()].filter((name) => name.startsWith(`${path}.`));
  return [
    ...inner.map((name) => option(name.slice(path.length + 1), says.moduleOf)),
    ...(modules.get(path)?.names ?? []).map((label) => option(label, path)),
  ];
}

// What the program has after a dot elsewhere, without what is being typed.
function attributes(text, typed) {
  const found = new Map();
  for (const [, name] of text.matchAll(/\.([A-Za-z_]\w*)/g)) found.set(name, (found.get(name) ?? 0) + 1);
  if (found.get(typed) === 1) found.delete(typed);
  return [...found.keys()].map((label) => option(label, says.attribute));
}
