// The words of what is loaded when it is asked for, see words.js.
import { lanes as ofLanes } from "./words.js";

const number = (n) => n.toLocaleString("en");
const count = (n, noun) => `${number(n)} ${noun}${n === 1 ? "" : "s"}`;

export const dialogs = {
  own: "Write a program of your own",
  close: "Close",
  keys: "Keys",
  // What src/ui/app/listeners.rs and www/fields.js do with keys.
  ofKeys: [
    ["Ctrl + Enter", "run"],
    ["Enter", "in a parameter: run"],
    ["E", "explore every interleaving"],
    ["R", "reset the parameters"],
    ["Space", "play, pause"],
    ["← →", "a step back, a step on"],
    [", .", "the same"],
    ["Home, End", "the first step, the last"],
    ["− +", "half the speed, twice the speed"],
    ["W, S", "zoom the lanes in, out"],
    ["A, D", "move along the lanes"],
    ["F", "fit the whole run into the lanes"],
    ["↑ ↓ , .", "in the lanes: another lane, what it shows before, after"],
    ["/", "all scenarios"],
    ["?", "these keys"],
    ["Esc", "close what is open"],
  ],
  legend: ofLanes.legend,
  // What each state in the lanes is called, and what it means.
  ofStates: {
    running: ["Running", "The thread runs, and each of its steps is recorded."],
    busy: ["Busy", "The thread runs; its steps are counted, and no longer recorded one by one."],
    ready: ["Ready", "The thread could go on, and another one was chosen. Only in simulated runs."],
    waiting: ["Waiting", "The thread is blocked until another one lets it go on: W."],
    sleeping: ["Sleeping", "The thread sleeps for a time that it chose."],
    holding: ["Holding", "At the foot of its lane: the thread holds a lock or a permit that others may be waiting for."],
    finished: ["End", "The thread has run its last step."],
    failed: ["Failed", "An exception that nobody caught has ended the thread."],
    arrow: ["Arrow", "From the step that let a thread go on, or started it, to where it does. Left out where there are too many to tell apart."],
    interleaving: ["Interleaving", "One order in which the steps of all threads can follow each other. Explore looks at every one."],
  },
  gallery: "All scenarios",
  search: "Search",
  searchIn: "Search the scenarios",
  notLoaded: "The list of scenarios could not be loaded.",
  noneOfThat: "Nothing of that name.",
  course: "The course",
  previous: (title) => `Previous: ${title}`,
  next: (title) => `Next: ${title}`,
  place: (place, of) => `${place} of ${of}`,
  card: (place, kind, wasSeen) => `${place} · ${kind}${wasSeen ? " · seen ✓" : ""}`,
};

export const figures = {
  title: "Waits and holds",
  counting: "Counting…",
  noFigures: (why) => `No figures: ${why}.`,
  ofPrimitives: "By primitive",
  ofThreads: "By thread",
  // The parts of a thread's life.
  ofStates: { running: "running", busy: "busy", ready: "ready", waiting: "waiting", sleeping: "sleeping" },
  histogram: "Waits by length",
  events: ofLanes.tableOf,
  sorting: "Sorting…",
  noTable: (why) => `No table: ${why}.`,
  eventsOnly: "Events",
  note: (note) => `${note}.`,
  next: "Next",
  first: "From the start",
  notLoaded: "figures-worker.js could not be loaded",
  files: "Files",
  // What each file is called, and what it is.
  ofFiles: {
    "trace.json": ["Trace", "For Perfetto and Chrome: lanes, holds, events"],
    "events.csv": ["Events", "All events that were recorded, as a table"],
    "primitives.csv": ["Primitives", "The figures by primitive, as a table"],
    "threads.csv": ["Threads", "The figures by thread, as a table"],
    "lanes.svg": ["Lanes", "The lanes as a drawing"],
    "lanes.png": ["Lanes", "The lanes as they are painted"],
  },
  file: (label, ending) => `${label} (${ending})`,
  making: (label) => `${label} is being made…`,
  saved: (label) => `${label} saved.`,
  notMade: (label, why) => `${label} could not be made: ${why}.`,
  tooLarge: "it is too large",
};

const steps = (count) => (Number(count) === 1 ? "1 step" : `${count} steps`);

const places =
  "The number is how many of 100 interleavings through a place go wrong, whatever the values are there; ✕ is all of them. Outlined: this run.";

export const graphs = {
  place: (where, what) => `${where}: ${what}`,
  never: "never goes wrong",
  always: "always goes wrong",
  // Who tells a machine to press what they read has to find it in the name.
  some: (wrong, all, percent) =>
    `${number(wrong)} of ${number(all)} interleavings go wrong, ${percent} of 100`,
};

export const progress = {
  title: "How far both are",
  of: (across, upwards) => `Progress of ${across} and ${upwards}`,
  how: (across, upwards) =>
    `Across: the steps of ${across}; upwards: those of ${upwards}. ${places} Empty places cannot be reached.`,
  where: (across, one, upwards, other) =>
    `${across} after ${steps(one)}, ${upwards} after ${steps(other)}`,
  line: "line",
  notBegun: (thread) => `${thread} has not begun`,
  step: (step, thread, does) => `step ${step} of ${thread}: ${does}`,
  ofLine: (line) => `line ${line}`,
  itsEnd: "its end",
  end: "end",
};

export const states = {
  title: "Its states",
  how:
    "From left to right: each place is a state in which more than one thread may go, and " +
    `the last column how it ends. ${places}`,
  lines: "Lines: who goes. ",
  ends: (step, outcome) => `After ${steps(step)} it ends: ${outcome}`,
  mayGo(step, threads) {
    const names = [...threads];
    const last = names.pop();
    return `After ${steps(step)}, ${names.length ? `${names.join(", ")} or ${last}` : last} may go`;
  },
};

// The question before a run, and each answer to it.
export const questions = {
  yours: "Your guess",
  counter(threads, increments) {
    const all = number(threads * increments);
    const times = increments === 1 ? "once" : `${number(increments)} times`;
    return {
      words: `${count(threads, "thread")} ${threads === 1 ? "adds" : "add"} 1 to counter, ${times}${threads === 1 ? "" : " each"}. What will it be?`,
      answers: [all, `less than ${all}`, `more than ${all}`, "nothing, since it never ends"],
    };
  },
  bank: (threads) => ({
    words: `${count(threads, "thread")} transfer money between accounts. How will it end?`,
    answers: [
      "every transfer is made or refused, and no money is lost",
      "money is lost, or appears",
      "threads wait for each other for ever",
      "a thread raises an exception",
    ],
  }),
  barrier: (parties, rounds) => ({
    words:
      `${count(parties, "worker")} work through ${count(rounds, "round")}, each slower than the ` +
      "one before, with a barrier at the end of a round. What will happen?",
    answers: [
      "all wait for the slowest, in every round",
      "who is fast begins the next round alone",
      "they wait for ever",
      "the barrier breaks",
    ],
  }),
  right: (answer) => `You said: ${answer}. It did, this time. Does it always?`,
  wrong: (answer) => `You said: ${answer}. It did not.`,
};

export const things = {
  item: (nth, thread) => `item ${nth} of ${thread}`,
  // Read after the items before it.
  afterOthers: (item) => `, ${item}`,
  more: (items) => ` and ${items} more`,
  read: (name, value) => `read ${name} = ${value}`,
  // Another of the same name.
  nth: (name, nth) => `${name} (${nth})`,
};

// The wait-for graph.
export const waits = {
  joins: (thread, other) => `${thread} waits for the end of ${other}`,
  forFree: (thread, thing) => `${thread} waits for ${thing}`,
  forHeld: (thread, thing, holder) => `${thread} waits for ${thing}, which ${holder} holds`,
  more: (threads) => `and ${threads} more wait`,
  cycle: (first) => `A cycle: ${first}`,
  all: (waits) => `${waits.join("; ")}.`,
  // Beside the arrows.
  joining: "joins",
  heldBy: "held by",
  waitsFor: "waits for",
};

export const lanes = {
  ctrlWheel: "Ctrl + wheel zooms",
};

export const processes = {
  noneLeft: "no process is left",
  notBegun: "worker.js has not begun for a minute.",
  notLoaded: "worker.js could not be loaded.",
};

// Programs of the reader's own.
export const programs = {
  first: `import threading

counter = 0


def work():
    global counter
    for _ in range(2):
        counter += 1


threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("counter", counter)
`,
  editor: "Your program, in Python",
  noCompiler: "the compiler could not be loaded",
  // In place of a run, of the first error. What to write instead the editor says.
  refused: ({ severity, line, text }) =>
    severity === "unsupported" ? `Line ${line}: ${text} is not supported here` : `Line ${line}: ${text}`,
  tooLong: "The program is longer than 64 KB, so it is not taken.",
  // By what is wrong with a link.
  badLink: (why) =>
    ({
      version: "The link is of a later version of Lockstep: its program cannot be read here.",
      large: "The program in the link is longer than 64 KB.",
    })[why] ?? "The program in the link is damaged.",
  // When something was printed.
  step: (at) => `step ${at}`,
  ms: (at) => `${at.toFixed(1)} ms`,
  nothing: "Nothing was printed.",
  last: (shown, all) => `The last ${shown} of ${all} lines.`,
};

export const update = {
  there: "A new version of Lockstep is there. ",
  reload: "Reload",
};
