// A worker of Lockstep: one thread of one run, or an errand on the model.
//
// It is warmed first, when nothing runs: {warm: glue}, where one of the modules
// in engines/ has its functions, which it tells once it has them, {begun}; and {module}, its
// code, or {unavailable: why}. For a program of the reader's own it gets {program}, as the
// compiler has written it, or {refused: why}, and tells of each line {printed}; what was refused
// it tells as {failed, message, refused: true}. It is used
// once later, for one of these:
// - {run: {memory, index, query, speed, supply, record}}: its main thread tells where the
//   control block lies, {control}, and each how it ended, {ended: index, report?,
//   turns?} or {failed: index, message};
// - {loop: {query, speed}}: it tells what happens, {told}, and how it ended, {ended: 0,
//   report} or {failed: 0, message};
// - {process: {begin: speed}}, and then {process: {wait: ms}} or {process: {compute: true}},
//   any number of times: it is a process that tells that it is there, {up}, or how many jobs
//   it has done, {done}, or {failed: 0, message};
// - {explore: {query, wish}}: it tells what it finds, {found}, and at
//   last {found, ended: true} or {failed: 0, message};
// - {play: {query}}: it tells {played} or {failed: 0, message};
// - {prove: {query, turns, report}}: it tells {proved} or {failed: 0, message}.

let glue;
let deliver, refuse;
const delivered = new Promise((resolve, reject) => ([deliver, refuse] = [resolve, reject]));
// Told when it is needed; until then a rejection is not "unhandled".
delivered.catch(() => {});

// The same of a program of the reader's own.
let deliverProgram, refuseProgram;
const program = new Promise((done, failed) => ([deliverProgram, refuseProgram] = [done, failed]));
program.catch(() => {});

// Enough for a deep recursion of any scenario; 129 threads of it fit well.
const STACK_BYTES = 256 * 1024;

self.onmessage = ({ data }) => {
  if (data.warm) {
    glue = import(`./${data.warm}`);
    glue.then(() => self.postMessage({ begun: true }), () => {});
  } else if (data.module) {
    deliver(data.module);
  } else if (data.unavailable) {
    refuse(new Error(data.unavailable));
  } else if (data.program) {
    deliverProgram(data.program);
  } else if (data.refused) {
    refuseProgram(Object.assign(new Error(data.refused), { refused: true }));
  } else if (data.run) {
    run(data.run);
  } else if (data.loop) {
    runLoop(data.loop);
  } else if (data.process) {
    doJob(data.process);
  } else if (data.explore) {
    const { query, wish } = data.explore;
    const progress = (found) => self.postMessage({ found });
    onModel((glue) => ({ found: glue.explore(query, wish, progress), ended: true }));
  } else if (data.play) {
    onModel((glue) => ({ played: glue.play(data.play.query) }));
  } else if (data.prove) {
    const { query, turns, report } = data.prove;
    onModel((glue) => ({ proved: glue.prove(query, turns, report) ?? null }));
  }
};

// The module's functions, on a memory that is shared or one of its own.
async function instance(memory) {
  const [functions, module] = await Promise.all([glue, delivered]);
  functions.initSync({ module, memory, thread_stack_size: STACK_BYTES });
  return functions;
}

// Gets a module that runs programs of the reader's own the one that it is to run.
async function load(functions) {
  if (functions.load) functions.load(await program);
}

async function run({ memory, index, query, speed, supply, record }) {
  try {
    const functions = await instance(memory);
    if (index === 0) {
      await load(functions);
      self.postMessage({ control: functions.control_address() });
      self.postMessage({ ended: 0, ...functions.run_main(query, speed, supply, record) });
    } else {
      functions.run_thread(index);
      self.postMessage({ ended: index });
    }
  } catch (error) {
    self.postMessage({ failed: index, ...told(error) });
  }
}

function told(error) {
  return { message: String(error?.message ?? error), refused: error?.refused };
}

async function runLoop({ query, speed }) {
  try {
    const tell = (told) => self.postMessage({ told });
    const report = await (await instance()).run_loop(query, speed, tell);
    self.postMessage({ ended: 0, report });
  } catch (error) {
    self.postMessage({ failed: 0, message: String(error?.message ?? error) });
  }
}

// The one instance of a process, on a memory of its own, and the jobs that it has waited for.
let itself;
let waited = 0;

async function doJob({ begin, wait }) {
  try {
    itself ??= instance();
    const functions = await itself;
    if (begin !== undefined) {
      functions.begin_process(begin);
      self.postMessage({ up: true });
    } else if (wait !== undefined) {
      await new Promise((resolve) => setTimeout(resolve, wait));
      self.postMessage({ done: ++waited });
    } else {
      self.postMessage({ done: functions.job_in_process() });
    }
  } catch (error) {
    self.postMessage({ failed: 0, message: String(error?.message ?? error) });
  }
}

async function onModel(task) {
  try {
    const functions = await instance();
    await load(functions);
    // It may be long until there is more to say.
    self.postMessage({ begun: true });
    self.postMessage(task(functions));
  } catch (error) {
    self.postMessage({ failed: 0, ...told(error) });
  }
}
