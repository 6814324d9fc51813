// Processes: instances of a module with a memory of their own, each in a worker of its own,
// and a pool that has them do jobs, as Python's ProcessPoolExecutor does. Arguments and
// results are messages; one that dies is an error for who asked it, and for nobody else.
import { processes as says } from "./words-later.js";

// How long a worker may say nothing at first: its module may have to be loaded.
const LONGEST_START_MS = 60_000;

// Has each of these workers be a process, and all together do a job so many times: the real
// milliseconds from when all were there until the last was done, and the first thing that
// went wrong. How many jobs each has counted, in its own memory, is written to `counted`.
export function map(workers, count, job, speed, counted) {
  const stands = workers.map(() => "starting");
  let [left, began, failed] = [count, undefined, undefined];
  return new Promise((resolve) => {
    const goOn = () => {
      if (stands.includes("starting")) return;
      // The clock starts once all are there.
      began ??= performance.now();
      workers.forEach((worker, index) => {
        if (stands[index] !== "idle" || left === 0) return;
        left--;
        stands[index] = "busy";
        worker.postMessage({ process: job });
      });
      if (stands.includes("busy")) return;
      if (left > 0) failed ??= says.noneLeft;
      resolve({ tookMs: performance.now() - began, failed });
    };
    workers.forEach((worker, index) => {
      const died = (why) => {
        if (stands[index] === "busy") failed ??= why;
        stands[index] = "dead";
        goOn();
      };
      const late = () => died(says.notBegun);
      const patience = setTimeout(late, LONGEST_START_MS);
      worker.onerror = () => died(says.notLoaded);
      // It says that it is up, how many jobs it has done with one more, or its last words.
      worker.onmessage = ({ data }) => {
        clearTimeout(patience);
        if (data?.failed !== undefined) return died(data.message ?? "");
        if (typeof data?.done === "number") counted[index] = data.done;
        else if (!data?.up) return;
        stands[index] = "idle";
        goOn();
      };
      worker.postMessage({ process: { begin: speed } });
    });
  });
}
