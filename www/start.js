// Starts the page that it is in: index.html, the whole site, or embed.html, the player for
// frames. What a page does before Lockstep itself is loaded is done here, and what needs
// no more than a few lines: its height told to the page around it, its service worker.

const root = document.documentElement;
const embedded = root.classList.contains("embed");
const framed = window.parent !== window;
const query = new URLSearchParams(location.search);

// Of a key that comes twice the last counts, as everywhere.
const wish = (key) => query.getAll(key).at(-1);

// The page's module calls these.
globalThis.qrCode = async (text) => {
  const { default: init, code } = await import("./engines/qr.js");
  await init();
  return code(text);
};

root.dataset.theme = wish("theme") ?? "auto";
if (!embedded && framed && framedByStranger()) {
  // Only the player is made for frames.
  location.replace(`embed.html${location.search}`);
} else {
  await isolate();
  const around = listenMeanwhile();
  if (embedded && framed) tellHeight();
  if (embedded && !isYes(wish("autorun"))) await showPoster(around.asks);
  await start();
  around.handOn();
  await keepForOffline();
}

function framedByStranger() {
  try {
    return window.parent.location.origin !== location.origin;
  } catch {
    return true;
  }
}

function isYes(value) {
  return ["1", "true", "yes", ""].includes(value);
}

// Loads what the page's head names, the player's once it is asked for, and runs it.
async function start() {
  const player = document.querySelector("template#player");
  if (player) document.head.append(player.content);
  const { default: init } = await import(linked('link[rel="modulepreload"]'));
  await init({ module_or_path: linked('link[rel="preload"][as="fetch"]') });
}

function linked(selector) {
  return document.querySelector(selector).href;
}

// Tells the page around this one how high it is, as it changes; Canvas and the like know
// the second message.
function tellHeight() {
  let told;
  const tell = () => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    window.parent.postMessage({ lockstep: 1, type: "resize", height }, "*");
    window.parent.postMessage({ subject: "lti.frameResize", height }, "*");
  };
  new ResizeObserver(tell).observe(document.body);
}

// Hears what the page around this one says before Lockstep is there to hear it. `asks`
// comes true when it asks for something; `handOn` has Lockstep hear all of it.
function listenMeanwhile() {
  const heard = [];
  let ask;
  const asks = new Promise((resolve) => (ask = resolve));
  const listen = ({ data, source }) => {
    if (source !== window.parent || data?.lockstep !== 1) return;
    heard.push(data);
    // Who only wants to know whether somebody is there wants no more.
    if (data.type !== "ping") ask();
  };
  addEventListener("message", listen);
  const handOn = () => {
    removeEventListener("message", listen);
    for (const data of heard) {
      dispatchEvent(new MessageEvent("message", { data, source: window.parent }));
    }
  };
  return { asks, handOn };
}

// Shows the scenario's picture until the reader, or the page around, asks for more.
async function showPoster(asks) {
  let press;
  const pressed = new Promise((resolve) => (press = resolve));
  const poster = await makePoster(press);
  document.body.append(poster);
  await Promise.race([pressed, asks]);
  const hadFocus = poster.contains(document.activeElement);
  poster.remove();
  if (hadFocus) keepFocus();
}

// Who pressed Run on the poster goes on from the button that is there in its place.
function keepFocus() {
  const waiting = new MutationObserver(() => {
    const button = document.querySelector(".actions button");
    if (button) {
      button.focus({ preventScroll: true });
      waiting.disconnect();
    }
  });
  waiting.observe(document.body, { childList: true, subtree: true });
}

async function makePoster(press) {
  const scenarios = await scenariosOfSite();
  const scenario = scenarios.find(({ id }) => id === wish("scenario")) ?? scenarios[0];
  const poster = make("main", { className: "poster" });
  if (scenario) {
    poster.append(
      make("h1", { textContent: scenario.title }),
      make("img", {
        src: `pictures/${scenario.id}.svg`,
        alt: "A run of it: a lane for each thread",
        width: 640,
        height: 240,
      }),
      make("p", { textContent: scenario.description }),
    );
  }
  const run = make("button", { className: "primary", textContent: "Run" });
  run.addEventListener("click", () => {
    query.set("autorun", "1");
    history.replaceState(null, "", `?${query}`);
    press();
  });
  const free = new URLSearchParams(query);
  ["autorun", "locked", "hide", "theme"].forEach((key) => free.delete(key));
  const open = make("a", { href: `./?${free}`, target: "_blank", rel: "noopener" });
  open.textContent = "Open in Lockstep";
  const actions = make("div", { className: "poster-actions" });
  actions.append(run, open);
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

// The service worker, where there may be one.
async function serviceWorker() {
  try {
    return await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
  } catch {
    // None here: the page is not secure, or in a private window, or in a sandbox.
    return undefined;
  }
}

// Where the host does not send the headers that isolate the page, the service worker adds
// them: but only to a page that it loads, so the first visit loads it twice. Never more
// than twice, whatever comes of it.
async function isolate() {
  if (crossOriginIsolated || navigator.serviceWorker?.controller) {
    forget("isolating");
    return;
  }
  const registration = await serviceWorker();
  if (!registration || remembers("isolating") || !remember("isolating")) return;
  await navigator.serviceWorker.ready;
  location.reload();
  await new Promise(() => {});
}

function remembers(key) {
  try {
    return sessionStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

function remember(key) {
  try {
    sessionStorage.setItem(key, "1");
    return true;
  } catch {
    return false;
  }
}

function forget(key) {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Nothing was remembered.
  }
}

// Has the service worker keep the whole site, for when there is no network: in the site's
// own page, once it has had the time to load what it needs itself.
async function keepForOffline() {
  if (framed) return;
  const registration = await serviceWorker();
  if (!registration) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kept) root.dataset.offline = "ready";
  });
  watchForUpdate(registration);
  await navigator.serviceWorker.ready;
  if (navigator.connection?.saveData) return;
  setTimeout(() => registration.active?.postMessage({ keep: true }), 4000);
}

// Says so when a new version of the site is there. It is taken when the reader asks for
// it: the address keeps what is shown.
function watchForUpdate(registration) {
  const served = Boolean(navigator.serviceWorker.controller);
  const offer = (worker) => {
    if (document.querySelector(".update")) return;
    const notice = make("div", { className: "update", role: "status" });
    const button = make("button", { className: "quiet", textContent: "Reload" });
    button.addEventListener("click", () => {
      navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
      worker.postMessage({ take: true });
    });
    notice.append("A new version of Lockstep is there. ", button);
    document.body.append(notice);
  };
  const watch = (worker) => {
    const look = () => {
      if (worker.state === "installed" && served) offer(worker);
    };
    worker.addEventListener("statechange", look);
    look();
  };
  if (registration.waiting) watch(registration.waiting);
  registration.addEventListener("updatefound", () => watch(registration.installing));
}
