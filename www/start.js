// Starts the page that it is in: index.html, the whole site, or embed.html, the player for
// frames. What a page does before Lockstep itself is loaded is done here, and what needs
// no more than a few lines: its height told to the page around it, its service worker.
import { starting as says } from "./words.js";

const root = document.documentElement;
const embedded = root.classList.contains("embed");
const framed = window.parent !== window;
const query = new URLSearchParams(location.search);

// Of a key that comes twice the last counts, as everywhere.
const wish = (key) => query.getAll(key).at(-1);

// The page's module calls these.
globalThis.qrCode = async (text) => {
  const { default: init, code } = await import(`./${root.dataset.engines}/qr.js`);
  await init();
  return code(text);
};

globalThis.deliverProgram = async (worker, code, runs) => {
  try {
    await (await import("./programs.js")).deliver(worker, code, runs);
  } catch (error) {
    worker.postMessage({ refused: String(error?.message ?? error) });
  }
};

globalThis.mapInProcesses = async (...all) => (await import("./processes.js")).map(...all);

root.dataset.theme = wish("theme") ?? "auto";
root.dataset.pane = "run";
endureOthers();
closeWhatIsOpen();
openDialogs();
if (!embedded && framed && framedByStranger()) {
  // Only the player is made for frames.
  location.replace(`embed.html${location.search}`);
} else {
  const around = listenMeanwhile();
  await isolate();
  // Without these the player starts at once, and has the height that it is given.
  const frame = embedded ? await import("./frame.js").catch(() => undefined) : undefined;
  if (framed) frame?.tellHeight();
  if (!isYes(wish("autorun"))) {
    const ready = () => say({ type: "ready", ...about() });
    await frame?.showPoster({ query, wish, asks: around.asks, ready });
  }
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

// Loads what the page's head names, the player's once it is asked for, and runs it, which
// takes away what the page shows until then.
async function start() {
  const player = document.querySelector("template#player");
  if (player) document.head.append(player.content);
  try {
    const { default: init } = await import(linked('link[rel="modulepreload"]'));
    await init({ module_or_path: linked('link[rel="preload"][as="fetch"]') });
    document.querySelector(".loading")?.remove();
    // Without these all is there: in one colour, no pane behind another, the lanes in words.
    import("./lanes.js").catch(() => undefined);
    import("./workbench.js").catch(() => delete root.dataset.pane);
  } catch (error) {
    const failure = make("p", { className: "failure", role: "alert" });
    const again = make("button", { textContent: says.again });
    again.addEventListener("click", () => location.reload());
    const why = make("span", { textContent: `${error?.message ?? error} ` });
    failure.append(says.notLoaded, why, again);
    document.body.replaceChildren(failure);
    throw error;
  }
}

// The dialogs that no run needs are loaded when one is asked for, by a button or its key.
function openDialogs() {
  let opening = false;
  const open = async (name) => {
    if (opening || document.querySelector("dialog[open]")) return;
    opening = true;
    try {
      const shown = document.querySelector("[data-shown]")?.dataset.shown;
      await (await import("./dialogs.js")).open(name, shown);
    } catch {
      alert(says.noDialog);
    }
    opening = false;
  };
  addEventListener("click", ({ target }) => {
    const name = target.closest?.("[data-opens]")?.dataset.opens;
    if (name) open(name);
  });
  addEventListener("keydown", (event) => {
    const name = { "/": "gallery", "?": "keys" }[event.key];
    const typing = event.target.closest?.("input, select, textarea");
    if (!name || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    // What a link hides has no key, either.
    if (!document.querySelector(`[data-opens="${name}"]`)) return;
    event.preventDefault();
    open(name);
  });
}

function linked(selector) {
  return document.querySelector(selector).href;
}

// Has the page go on whatever others do to what it shows. Translators put elements in the
// place of its texts, extensions wrap, insert and remove; the app knows nothing of that,
// changes texts that nobody sees any more, and would fail where it moves what has gone.
function endureOthers() {
  // What stands in the place of a text of ours.
  const standIns = new WeakMap();
  const isStandIn = (node) => node?.nodeType === Node.ELEMENT_NODE && node.tagName === "FONT";
  new MutationObserver((records) => {
    for (const { addedNodes, removedNodes, previousSibling, nextSibling } of records) {
      const added = [...addedNodes].find((node) => node.nodeType === Node.ELEMENT_NODE);
      const standIn = added ?? [previousSibling, nextSibling].find(isStandIn);
      for (const node of removedNodes) {
        if (node.nodeType === Node.TEXT_NODE && standIn && !node.isConnected) {
          standIns.set(node, standIn);
        }
      }
    }
  }).observe(root, { childList: true, subtree: true });

  const { get, set } = Object.getOwnPropertyDescriptor(Node.prototype, "nodeValue");
  Object.defineProperty(Node.prototype, "nodeValue", {
    configurable: true,
    get,
    set(value) {
      const standIn = standIns.get(this);
      // The new text is there to be read, and to be translated again.
      if (!this.isConnected && standIn?.isConnected) standIn.replaceWith(this);
      set.call(this, value);
    },
  });
  const { removeChild, insertBefore } = Node.prototype;
  Node.prototype.removeChild = function (child) {
    if (child.parentNode === this) return removeChild.call(this, child);
    standIns.get(child)?.remove();
    child.parentNode?.removeChild(child);
    return child;
  };
  Node.prototype.insertBefore = function (node, next) {
    if (!next || next.parentNode === this) return insertBefore.call(this, node, next);
    // What has wrapped it, or stands in its place; else the end.
    let place = standIns.get(next) ?? next;
    while (place && place.parentNode !== this) place = place.parentNode;
    return insertBefore.call(this, node, place);
  };
}

// Esc, or a click elsewhere, closes what is behind the badge, or how to explore.
function closeWhatIsOpen() {
  const close = ({ key, target }) => {
    if (key !== undefined && key !== "Escape") return;
    for (const open of document.querySelectorAll("details:is(.badge, .search)[open]")) {
      if (key || !open.contains(target)) open.open = false;
    }
  };
  addEventListener("keydown", close);
  addEventListener("click", close);
}

// Hears what the page around this one says before Lockstep is there to hear it. `asks`
// comes true when it asks for something; `handOn` has Lockstep hear all of it.
function listenMeanwhile() {
  const heard = [];
  let ask;
  const asks = new Promise((resolve) => (ask = resolve));
  const listen = ({ data, source }) => {
    if (source !== window.parent || data?.lockstep !== 1) return;
    // Who only wants to know whether somebody is there, or to change the colours, wants
    // no more.
    if (data.type === "ping") {
      say({ type: "pong", ...about(), id: data.id });
      return;
    }
    // What this page says itself comes back where no other page is around it.
    if (!["get", "set", "run", "stop", "step", "explore"].includes(data.type)) return;
    heard.push(data);
    if (data.type === "set" && data.theme && !data.params) root.dataset.theme = data.theme;
    else ask();
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

// Tells the page around that somebody is here, before Lockstep itself is.
function say(message) {
  window.parent.postMessage({ lockstep: 1, ...message }, "*");
}

// As Lockstep itself tells it: session/state/embedder.rs.
function about() {
  const engines = ["model", "tasks"];
  const isolated = canShareMemory();
  return { version: 1, isolated, engines: isolated ? ["workers", ...engines] : engines };
}

// Tried, not asked for: see web/mod.rs.
function canShareMemory() {
  try {
    structuredClone(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);
    return true;
  } catch {
    return false;
  }
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

// Registers the service worker. There is none, and no registration, where the page is not
// secure, in some private windows, and in a sandbox.
async function serviceWorker() {
  try {
    return await navigator.serviceWorker.register("sw.js", { updateViaCache: "none" });
  } catch {
    return undefined;
  }
}

function isServed() {
  try {
    return Boolean(navigator.serviceWorker?.controller);
  } catch {
    return false;
  }
}

// Where the host does not send the headers that isolate the page, the service worker adds
// them: but only to a page that it loads, so the first visit loads it twice. Never more
// than twice, whatever comes of it: a mark that outlives one reload says so.
async function isolate() {
  const reloaded = history.state?.isolating;
  if (reloaded) history.replaceState(null, "");
  if (crossOriginIsolated || reloaded || isServed()) return;
  const registration = await serviceWorker();
  if (!registration || !(await isReady(registration))) return;
  history.replaceState({ isolating: true }, "");
  // A browser may keep this document and come back to it, where it would wait for ever.
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) location.replace(location.href);
  });
  location.reload();
  await new Promise(() => {});
}

// Whether the service worker is at work, or comes to it soon.
function isReady(registration) {
  const late = new Promise((resolve) => setTimeout(() => resolve(false), 5000));
  return Promise.race([navigator.serviceWorker.ready.then(() => true), late]);
}

// Has the service worker keep the whole site, for when there is no network: in the site's
// own page, once it has had the time to load what it needs itself.
async function keepForOffline() {
  const served = isServed();
  // A frame needs no more of it than it has.
  if (framed && !served) return;
  const registration = await serviceWorker();
  if (!registration) return;
  // On a first visit there is no version before.
  if (served) import("./update.js").then((update) => update.watch(registration), () => undefined);
  if (framed || navigator.connection?.saveData) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kept) root.dataset.offline = "ready";
  });
  if (!(await isReady(registration))) return;
  setTimeout(() => registration.active?.postMessage({ keep: true }), 4000);
}
