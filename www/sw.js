// The service worker. It adds the headers that the host should send and does not, and
// keeps the site for when there is no network.
//
// When the site is built, a line is put before this (xtask/src/pages.rs):
// const SITE = { version, files, rules, keeps }: what the site consists of, by a name that
// changes with any of it, the rules of _headers, and whether to keep anything at all.

const CACHE = `lockstep-${SITE.version}`;
const FILES = new Set(SITE.files);
const SCOPE = new URL(registration.scope);

addEventListener("install", () => {
  // The first may begin at once. A later one waits until it is asked for: pages of the
  // one before it are open, and what they load must fit them.
  if (!registration.active) skipWaiting();
});

addEventListener("activate", (event) => {
  event.waitUntil(Promise.all([clients.claim(), forgetOthers()]));
});

addEventListener("message", (event) => {
  if (event.data?.take) skipWaiting();
  if (event.data?.keep && SITE.keeps) event.waitUntil(keepAll(event.source));
});

addEventListener("fetch", (event) => {
  const path = pathOf(event.request);
  if (path !== undefined) event.respondWith(answer(event, path));
});

// The file of the site that is asked for. Of anything else there is none: it goes to the
// network, as if nobody were here. So does what has a query and is no page, since that is
// the request of a program that runs, and must be a real one.
function pathOf({ url, method, mode }) {
  const { origin, pathname, search } = new URL(url);
  const inside = origin === SCOPE.origin && pathname.startsWith(SCOPE.pathname);
  if (!inside || method !== "GET" || (search && mode !== "navigate")) return undefined;
  const path = pathname.slice(SCOPE.pathname.length);
  return [path, `${path}index.html`, `${path}.html`].find((file) => FILES.has(file));
}

async function answer(event, path) {
  const cache = await open();
  const kept = await cache?.match(address(path));
  if (kept) return kept;
  const response = await fetch(event.request);
  if (response.status !== 200) return response;
  const whole = withHeaders(response, path);
  if (cache) event.waitUntil(cache.put(address(path), whole.clone()));
  return whole;
}

// The cache, where there is one and things are kept.
async function open() {
  try {
    return SITE.keeps ? await caches.open(CACHE) : undefined;
  } catch {
    return undefined;
  }
}

async function keepAll(page) {
  const cache = await caches.open(CACHE);
  for (const path of FILES) {
    if (await cache.match(address(path))) continue;
    const response = await fetch(address(path), { cache: "no-cache" });
    // One that is not there is asked for again another time.
    if (response.status !== 200) return;
    await cache.put(address(path), withHeaders(response, path));
  }
  page?.postMessage({ kept: true });
}

async function forgetOthers() {
  const names = await caches.keys();
  const ours = names.filter((name) => name.startsWith("lockstep-") && name !== CACHE);
  await Promise.all(ours.map((name) => caches.delete(name)));
}

function address(path) {
  return new URL(path, SCOPE).href;
}

// The response with the headers that the rules have for its path, where the host has not
// sent them.
function withHeaders(response, path) {
  const headers = new Headers(response.headers);
  const wanted = new Headers();
  for (const [pattern, name, value] of SITE.rules) {
    const matches = pattern.endsWith("*")
      ? `/${path}`.startsWith(pattern.slice(0, -1))
      : `/${path}` === pattern;
    if (matches) wanted.append(name, value);
  }
  for (const [name, value] of wanted) {
    if (!headers.has(name)) headers.set(name, value);
  }
  const { status, statusText } = response;
  return new Response(response.body, { status, statusText, headers });
}
