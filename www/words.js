// The words of the interface that the scripts say, a constant for each subject: fixed words,
// and functions for those with values in them. Here are the words of what may be loaded at
// first, in words-later.js all others; those of the page's module are in src/words/.

export const starting = {
  notLoaded: "Lockstep could not be loaded. ",
  again: "Try again",
  noDialog: "This could not be loaded. Is there a network?",
};

// In a frame, before the scenario is loaded.
export const poster = {
  picture: "A run of it: a lane for each thread",
  run: "Run",
  open: "Open in Lockstep",
  loading: "Loading …",
};

// What lies behind each other where there is no room.
export const tabs = {
  title: "Panes",
  panes: { program: "Program", run: "Run", state: "State", outcomes: "Outcomes" },
  shown: "What is shown",
  nothing: "There is nothing here yet. Press Run, or Explore.",
};

export const lanes = {
  zoomOut: "Zoom out",
  zoomIn: "Zoom in",
  fit: "Fit",
  fitAll: "Fit the whole run",
  withKey: (name, key) => `${name} (${key})`,
  table: "Table",
  tableOf: "Table of events",
  legend: "What the lanes show",
  // In a lane, where a thread waits.
  waiting: "W",
};
