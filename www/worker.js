// A worker of Lockstep: one thread of one run, or an errand on the model.
//
// It is warmed first ({warm: {glue, module}}), when nothing runs, and used once
// later, for one of three things:
// - {run: {memory, index, query, speed, supply, record}}: it tells the page how its thread
//   ended, {ended: index, report} or {failed: index, message};
// - {explore: {query, wish, index, of}}: it tells what it finds, {found}, and at
//   last {found, ended: true} or {failed: 0, message};
// - {play: {query}}: it tells {played} or {failed: 0, message}.

let warmed;

// Enough for a deep recursion of any scenario; 129 threads of it fit well.
const STACK_BYTES = 256 * 1024;

self.onmessage = ({ data }) => {
  if (data.warm) {
    warmed = import(data.warm.glue).then((glue) => ({ glue, module: data.warm.module }));
    // Told when it is needed; until then a rejection is not "unhandled".
    warmed.catch(() => {});
  } else if (data.run) {
    run(data.run);
  } else if (data.explore) {
    const { query, wish, index, of } = data.explore;
    const progress = (found) => self.postMessage({ found });
    onModel((glue) => ({ found: glue.explore(query, wish, index, of, progress), ended: true }));
  } else if (data.play) {
    onModel((glue) => ({ played: glue.play(data.play.query) }));
  }
};

async function run({ memory, index, query, speed, supply, record }) {
  try {
    const { glue, module } = await warmed;
    glue.initSync({ module, memory, thread_stack_size: STACK_BYTES });
    const report =
      index === 0 ? glue.run_main(query, speed, supply, record) : glue.run_thread(index);
    self.postMessage({ ended: index, report });
  } catch (error) {
    self.postMessage({ failed: index, message: String(error?.message ?? error) });
  }
}

// The module on a memory of its own: nothing here is shared.
async function onModel(task) {
  try {
    const { glue, module } = await warmed;
    glue.initSync({ module, thread_stack_size: STACK_BYTES });
    self.postMessage(task(glue));
  } catch (error) {
    self.postMessage({ failed: 0, message: String(error?.message ?? error) });
  }
}
