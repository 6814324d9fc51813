// The worker of figures.js: figures and files of a large run take longer than the page may be
// kept waiting. It is told the run first, {open: {engines, parts, played, scenario, language}},
// and answers with what there is to read, {sheet}; then it is asked for files by their names,
// {file}, each a {blob}, or for a part of the events, {events}, which is a {table}. What fails is told as {failed}.

let figures;

self.onmessage = async ({ data }) => {
  try {
    if (data.open) self.postMessage({ sheet: await open(data.open) });
    else if (data.file) self.postMessage({ blob: file(data.file) });
    else self.postMessage({ table: figures.events(data.events) });
  } catch (error) {
    self.postMessage({ failed: String(error?.message ?? error) });
  }
};

async function open({ engines, parts, played, scenario, language }) {
  const { default: init, Figures } = await import(`./${engines}/figures.js`);
  await init();
  const names = parts.filter((_, index) => index % 2 === 0);
  const bytes = parts.filter((_, index) => index % 2 === 1);
  figures = parts.length
    ? Figures.of_trace(names, bytes, scenario, language)
    : Figures.of_playback(played, scenario, language);
  return figures.sheet();
}

function file({ name, type }) {
  const parts = [];
  figures.file(name, (part) => parts.push(part));
  return new Blob(parts, { type });
}
