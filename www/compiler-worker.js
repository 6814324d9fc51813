// The compiler of programs, in a worker that stays. It is told where its module lies,
// {engines}, and then sources, {id, source}: each is answered with {id, compiled}, what it came
// to, or {id, failed}, why nobody knows.

let compiler;

self.onmessage = async ({ data: { engines, id, source } }) => {
  if (engines) {
    compiler = load(engines);
    compiler.catch(() => undefined);
    return;
  }
  try {
    const compiled = await compile(await compiler, source);
    self.postMessage({ id, compiled });
  } catch (error) {
    self.postMessage({ id, failed: String(error?.message ?? error) });
  }
};

async function load(engines) {
  const module = await import(`./${engines}/compile.js`);
  await module.default();
  return module;
}

// Files of the library that were provided.
const there = new Set();

async function compile(module, source) {
  for (;;) {
    const compiled = module.compile_program(source, "program.py");
    const missing = compiled.missing.filter((file) => !there.has(file));
    if (missing.length === 0) return plain(compiled);
    await Promise.all(missing.map((file) => provide(module, file)));
  }
}

async function provide(module, file) {
  const response = await fetch(`library/${file}`);
  if (!response.ok) throw new Error(`library/${file}: ${response.status}`);
  module.provide(file, await response.text());
  there.add(file);
}

function plain({ program, remarks }) {
  const remark = ({ severity, line, column, start, end, text, help }) => ({
    severity,
    line,
    column,
    start,
    end,
    text,
    help,
  });
  return { program, remarks: remarks.map(remark) };
}
