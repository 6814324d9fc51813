// Asks what a setting will come to before it is run for the first time, and says after the
// run what became of the answer. Loaded for the scenarios that surprise most.

import { questions as says } from "./words-later.js";

const isVerdict = (verdict) => (ended) => ended.verdict === verdict;
const never = isVerdict("deadlock");

// For each scenario the question, and whether a run agrees with each of its answers.
const QUESTIONS = {
  counter: {
    ask: ({ threads, increments }) => says.counter(threads, increments),
    agrees: [
      ({ facts }) => facts.counter === facts.expected,
      ({ facts }) => facts.counter < facts.expected,
      ({ facts }) => facts.counter > facts.expected,
      never,
    ],
  },
  bank: {
    ask: ({ threads }) => says.bank(threads),
    agrees: [isVerdict("ok"), isVerdict("violated"), never, isVerdict("error")],
  },
  barrier: {
    ask: ({ parties, rounds }) => says.barrier(parties, rounds),
    agrees: [
      (ended) => isVerdict("ok")(ended) && ended.facts.broken !== "yes",
      isVerdict("violated"),
      never,
      ({ facts }) => facts.broken === "yes",
    ],
  },
};

// What was said last, and of which setting.
let guess;

export function draw(host) {
  const scenario = document.querySelector("[data-shown]")?.dataset.shown;
  const fields = [...document.querySelectorAll(".params :is(input, select)[id^=param-]")];
  // A page around may hide the parameters, which the question names.
  if (!QUESTIONS[scenario] || !fields.length) {
    // What was said belongs to another.
    delete host.dataset.says;
    return host.replaceChildren();
  }
  const params = Object.fromEntries(
    fields.map(({ id, value }) => [id.slice(6), Number(value.replaceAll(",", ""))]),
  );
  const setting = [scenario, ...fields.map(({ value }) => value)].join(" ");
  const verdict = document.querySelector("#verdict")?.dataset.is;
  const isAtWork = document.querySelector(".outcome.live") !== null;
  const isReady = verdict === "ready" || document.querySelector(".run.stale") !== null;
  if (!isReady) remember(setting);
  const words = isAtWork
    ? ""
    : isReady
      ? questionOf(setting, scenario, params)
      : revealed(setting, scenario, params, verdict);
  // The page's own changes call this again.
  if (host.dataset.says === words) return;
  host.dataset.says = words;
  host.replaceChildren();
  if (!words) return;
  host.append(make("p", { textContent: words }));
  if (!isReady) return;
  host.setAttribute("role", "group");
  host.setAttribute("aria-label", says.yours);
  QUESTIONS[scenario].ask(params).answers.forEach((answer, place) => {
    const button = make("button", { className: "quiet", textContent: answer });
    button.addEventListener("click", () => {
      guess = { setting, place };
      document.querySelector(".actions .primary").click();
    });
    host.append(button);
  });
}

function questionOf(setting, scenario, params) {
  const isExact = new URLSearchParams(location.search).has("schedule");
  const isKnown = document.querySelector(".exploration") !== null || asked().has(setting);
  const told = ["threads", "increments", "parties", "rounds"].filter((name) => name in params);
  const isGood = told.every((name) => params[name] > 0);
  return isExact || isKnown || !isGood ? "" : QUESTIONS[scenario].ask(params).words;
}

function revealed(setting, scenario, params, verdict) {
  if (guess?.setting !== setting || ["stopped", "incomplete"].includes(verdict)) return "";
  const facts = {};
  for (const { dataset, textContent } of document.querySelectorAll("[data-fact]")) {
    const number = Number(textContent.replaceAll(",", ""));
    facts[dataset.fact] = Number.isNaN(number) ? textContent : number;
  }
  // What was said is of one run.
  const ended = JSON.stringify([verdict, facts]);
  guess.of ??= ended;
  if (guess.of !== ended) return "";
  const { ask, agrees } = QUESTIONS[scenario];
  const answer = ask(params).answers[guess.place];
  return agrees[guess.place]({ verdict, facts }) ? says.right(answer) : says.wrong(answer);
}

function asked() {
  try {
    return new Set(JSON.parse(localStorage.getItem("lockstep asked") ?? "[]"));
  } catch {
    return new Set();
  }
}

function remember(setting) {
  if (remember.last === setting) return;
  remember.last = setting;
  try {
    localStorage.setItem("lockstep asked", JSON.stringify([...asked().add(setting)]));
  } catch {
    // The browser lets nothing be kept.
  }
}

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
