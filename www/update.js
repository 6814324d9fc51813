// Says so when a new version of the site is there. It is taken when the reader asks for
// it, here or in another tab: then what this page has yet to load would be the new one's.
// The address keeps what is shown. Loaded on later visits, which a version before serves.
import { update as says } from "./words-later.js";

export function watch(registration) {
  let taken = false;
  let wanted = false;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    taken = true;
    if (wanted) location.reload();
    else offer();
  });
  const offer = () => {
    if (document.querySelector(".update")) return;
    const notice = make("div", { className: "update", role: "status" });
    document.body.append(notice);
    const button = make("button", { className: "quiet", textContent: says.reload });
    button.addEventListener("click", () => {
      if (taken || !registration.waiting) location.reload();
      wanted = true;
      registration.waiting?.postMessage({ take: true });
    });
    notice.append(says.there, button);
  };
  const follow = (worker) => {
    const look = () => {
      if (worker.state === "installed") offer();
    };
    worker.addEventListener("statechange", look);
    look();
  };
  for (const worker of [registration.waiting, registration.installing]) {
    if (worker) follow(worker);
  }
  registration.addEventListener("updatefound", () => follow(registration.installing));
}

function make(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
