// What only the player for frames does: its height, and what it shows until somebody wants
// more of it.
import { poster as says } from "./words.js";

// Tells the page around this one how high it is, as it changes; Canvas and the like know
// the second message.
export function tellHeight() {
  let told = 0;
  let shrinking;
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    clearTimeout(shrinking);
    // Between two things to show the page is empty.
    if (height === told || height === 0) return;
    told = height;
    window.parent.postMessage({ lockstep: 1, type: "resize", height }, "*");
    window.parent.postMessage({ subject: "lti.frameResize", height }, "*");
  };
  const look = () => {
    // Nothing is shown yet.
    if (document.querySelector("body > .loading")) return;
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    clearTimeout(shrinking);
    // From one run to the next it is lower for a moment; told at once, that would move
    // the page around under its reader.
    if (height < told) shrinking = setTimeout(tell, 1000);
    else tell();
  };
  new ResizeObserver(look).observe(document.body);
}

// Shows the scenario's picture until the reader, or the page around, asks for more.
export async function showPoster({ query, wish, asks, ready }) {
  const poster = await makePoster(query, wish);
  const run = poster.querySelector("button");
  const pressed = new Promise((press) => run.addEventListener("click", press));
  document.body.replaceChildren(poster);
  ready();
  const byReader = await Promise.race([pressed.then(() => true), asks]);
  if (byReader) {
    query.set("autorun", "1");
    history.replaceState(null, "", `?${query}`);
    keepFocus();
  }
  run.textContent = says.loading;
  run.setAttribute("aria-disabled", "true");
}

// Who pressed Run on the poster goes on from the button that comes in its place, unless
// they have gone on elsewhere meanwhile.
function keepFocus() {
  const waiting = new MutationObserver(() => {
    const button = document.querySelector(".actions button");
    if (!button) return;
    waiting.disconnect();
    if (document.hasFocus()) button.focus({ preventScroll: true });
  });
  waiting.observe(document.body, { childList: true, subtree: true });
}

async function makePoster(query, wish) {
  const scenarios = await scenariosOfSite();
  const named = (id) => scenarios.find((scenario) => scenario.id === id);
  // Where a link names none, or none that there is, it opens the counter.
  const scenario = named(wish("scenario")) ?? named("counter");
  const poster = make("main", { className: "poster" });
  if (scenario) {
    poster.append(
      make("h1", { textContent: scenario.title }),
      make("img", {
        src: `pictures/${scenario.id}.svg`,
        alt: says.picture,
        width: 640,
        height: 240,
      }),
      make("p", { textContent: scenario.description }),
    );
  }
  const free = new URLSearchParams(query);
  ["autorun", "locked", "hide", "theme"].forEach((key) => free.delete(key));
  const open = make("a", { href: `./?${free}`, target: "_blank", rel: "noopener" });
  open.textContent = says.open;
  const actions = make("div", { className: "poster-actions" });
  actions.append(make("button", { textContent: says.run }), open);
  poster.append(actions);
  return poster;
}

// Without the list the poster has no picture, and its button works.
async function scenariosOfSite() {
  try {
    return await (await fetch("scenarios.json")).json();
  } catch {
    return [];
  }
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
