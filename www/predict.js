// Asks what a setting will come to before it is run for the first time, and says after the
// run what became of the answer. Loaded for the scenarios that surprise most.

const count = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
const isVerdict = (verdict) => (ended) => ended.verdict === verdict;
const never = isVerdict("deadlock");

// For each scenario the question, and the answers, each with whether a run agrees with it.
const QUESTIONS = {
  counter({ threads, increments }) {
    const all = (threads * increments).toLocaleString("en");
    const times = increments === 1 ? "once" : `${increments.toLocaleString("en")} times`;
    return {
      words: `${count(threads, "thread")} add 1 to counter, ${times} each. What will it be?`,
      answers: [
        [all, ({ facts }) => facts.counter === facts.expected],
        [`less than ${all}`, ({ facts }) => facts.counter < facts.expected],
        [`more than ${all}`, ({ facts }) => facts.counter > facts.expected],
        ["nothing, since it never ends", never],
      ],
    };
  },
  bank: ({ threads }) => ({
    words: `${count(threads, "thread")} transfer money between accounts. How will it end?`,
    answers: [
      ["every transfer is made or refused, and no money is lost", isVerdict("ok")],
      ["money is lost, or appears", isVerdict("violated")],
      ["threads wait for each other for ever", never],
      ["a thread raises an exception", isVerdict("error")],
    ],
  }),
  barrier: ({ parties, rounds }) => ({
    words:
      `${count(parties, "worker")} work through ${count(rounds, "round")}, each slower than the ` +
      "one before, with a barrier at the end of a round. What will happen?",
    answers: [
      ["all wait for the slowest, in every round", (ended) => isVerdict("ok")(ended) && ended.facts.broken !== "yes"],
      ["who is fast begins the next round alone", isVerdict("violated")],
      ["they wait for ever", never],
      ["the barrier breaks", ({ facts }) => facts.broken === "yes"],
    ],
  }),
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
  const verdict = document.querySelector("#verdict")?.textContent.replace(/^[^a-z]+/i, "").trim();
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
  host.setAttribute("aria-label", "Your guess");
  QUESTIONS[scenario](params).answers.forEach(([answer], place) => {
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
  return isExact || isKnown || !isGood ? "" : QUESTIONS[scenario](params).words;
}

function revealed(setting, scenario, params, verdict) {
  if (guess?.setting !== setting || /^(stopped|incomplete)/.test(verdict)) return "";
  const facts = {};
  for (const { dataset, textContent } of document.querySelectorAll("[data-fact]")) {
    const number = Number(textContent.replaceAll(",", ""));
    facts[dataset.fact] = Number.isNaN(number) ? textContent : number;
  }
  // What was said is of one run.
  const ended = JSON.stringify([verdict, facts]);
  guess.of ??= ended;
  if (guess.of !== ended) return "";
  const [words, agrees] = QUESTIONS[scenario](params).answers[guess.place];
  return agrees({ verdict, facts })
    ? `You said: ${words}. It did, this time. Does it always?`
    : `You said: ${words}. It did not.`;
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
