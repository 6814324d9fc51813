// The service worker. It adds the headers that the host should send and does not, and
// keeps the site for when there is no network.
//
// When the site is built, a line is put before this (xtask/src/pages.rs):
// const SITE = { version, files, rules, keeps }: the site's files with what each consists
// of (its SHA-256), a name that changes with any of them, the rules of _headers, and
// whether to keep anything at all.

const SCOPE = new URL(registration.scope);
// Other copies of the site may be in other folders of the host.
const CACHES = `lockstep ${SCOPE.pathname} `;
const CACHE = CACHES + SITE.version;
// Kept last: who finds it finds all the rest.
const WHOLE = address("the whole site");

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
  if (path !== undefined) event.respondWith(answer(event.request, path));
});

// The file of the site that is asked for. Of anything else there is none: it goes to the
// network, as if nobody were here. So does what has a query and is no page, since that is
// the request of a program that runs, and must be a real one.
function pathOf({ url, method, mode }) {
  const { origin, pathname, search } = new URL(url);
  const inside = origin === SCOPE.origin && pathname.startsWith(SCOPE.pathname);
  if (!inside || method !== "GET" || (search && mode !== "navigate")) return undefined;
  const path = pathname.slice(SCOPE.pathname.length);
  // A host may serve index.html for its folder, and any page without its ending.
  const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
  return [file, `${file}.html`].find((file) => Object.hasOwn(SITE.files, file));
}

// All of the site from the cache, or all of it from the host: never some of a version and
// some of another.
async function answer(request, path) {
  const cache = await wholeCache();
  const kept = await cache?.match(address(path));
  return kept ?? withHeaders(await fetch(request), path);
}

async function wholeCache() {
  try {
    const cache = SITE.keeps ? await caches.open(CACHE) : undefined;
    return (await cache?.match(WHOLE)) ? cache : undefined;
  } catch {
    // The browser lets nothing be kept.
    return undefined;
  }
}

// Keeps each file of this version. If one is not to be had, or is another version's by
// now, what there is stays, and the next visit goes on.
async function keepAll(page) {
  const cache = await caches.open(CACHE);
  for (const [path, digest] of Object.entries(SITE.files)) {
    if (await cache.match(address(path))) continue;
    const response = await fetch(address(path), { cache: "no-cache" });
    if (response.status !== 200) return;
    const bytes = await response.clone().arrayBuffer();
    if ((await sha256(bytes)) !== digest) return;
    await cache.put(address(path), withHeaders(response, path));
  }
  await cache.put(WHOLE, new Response());
  page?.postMessage({ kept: true });
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function forgetOthers() {
  const names = await caches.keys();
  const ours = names.filter((name) => name.startsWith(CACHES) && name !== CACHE);
  await Promise.all(ours.map((name) => caches.delete(name)));
}

function address(path) {
  return new URL(path, SCOPE).href;
}

// The response with the headers that the rules have for its path, where the host has not
// sent them. What is no file, a redirection say, is left as it is.
function withHeaders(response, path) {
  if (response.status !== 200) return response;
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
