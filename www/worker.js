// A worker of Lockstep: one thread of one run.
//
// It is warmed first ({warm: {glue, module}}), when nothing runs, and used once
// later ({run: {memory, index, query, speed, supply}}). It tells the page how
// its thread ended: {ended: index, report} or {failed: index, message}.

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
  }
};

async function run({ memory, index, query, speed, supply }) {
  try {
    const { glue, module } = await warmed;
    glue.initSync({ module, memory, thread_stack_size: STACK_BYTES });
    const report = index === 0 ? glue.run_main(query, speed, supply) : glue.run_thread(index);
    self.postMessage({ ended: index, report });
  } catch (error) {
    self.postMessage({ failed: index, message: String(error?.message ?? error) });
  }
}
