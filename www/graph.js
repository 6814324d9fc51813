// What the pictures of an exploration have in common: places that tell how many of the
// interleavings through them go wrong, each a link to a run that comes there. They are walked
// through by arrows, and the way of the run that is stepped through is marked.
import { graphs as says } from "./words-later.js";

// What is drawn in which element, so that it is drawn again only if that changed.
const drawn = new WeakMap();

// Whether a place was pressed, so that the graph is to stay in sight. The page turns to the
// steps of each run that it shows.
let stays = false;

// Makes what draws the graph that an element has as text. `build` fills the element and
// returns the places by name, and what finds a run's way: the place after each number of its
// steps, of who made them. `mark` is told of each way.
export function drawer(build, mark = () => undefined) {
  return (host) => {
    const language = document.querySelector(".scroller")?.dataset.language ?? "python";
    const wanted = `${language}\n${host.dataset.graph}`;
    if (drawn.get(host)?.wanted !== wanted) {
      const [places, wayOf] = build(host, host.dataset.graph, language);
      host.onclick = (event) => (stays ||= event.target.closest("a") !== null);
      drawn.set(host, { wanted, places, wayOf });
    }
    const { places, wayOf } = drawn.get(host);
    const stops = host.dataset.way ? wayOf(host.dataset.way.split(" ")) : [];
    markWay(places, stops, stops[Number(host.dataset.at)]);
    mark(host, stops);
    keep(host);
  };
}

// A place, with how many interleavings go wrong of those that come there, and the run that
// leads to it most simply.
export function placeOf({ wrong, all, schedule, step }, where) {
  const share = Number((wrong * 1000n) / all) / 10;
  const percent = Math.min(99, Math.max(1, Math.round(share)));
  const text = wrong === 0n ? "" : wrong === all ? "✕" : String(percent);
  const link = make("a", { textContent: text, tabIndex: -1, className: "place" });
  // What always goes wrong should not look like what nearly always does.
  link.style.setProperty("--wrong", `${wrong === all ? 100 : share * 0.7}%`);
  const some = () => says.some(wrong, all, percent);
  link.title = says.place(where, wrong === 0n ? says.never : wrong === all ? says.always : some());
  link.setAttribute("aria-label", link.title);
  Object.assign(link.dataset, { schedule, step });
  return link;
}

// Marks where the run that is stepped through comes by, and where it is.
function markWay(places, stops, now) {
  const outcome = document.querySelector(".exploration .outcomes a[href]");
  const steps = new Map();
  stops.forEach((place, step) => steps.set(place, step));
  const first = places.keys().next().value;
  for (const [place, link] of places) {
    const isOnTheWay = steps.has(place);
    link.classList.toggle("way", isOnTheWay);
    link.tabIndex = place === (now ?? first) ? 0 : -1;
    link.ariaCurrent = place === now ? "step" : null;
    // On the way it is a step of this run; elsewhere the simplest run that comes there.
    const query = new URLSearchParams(isOnTheWay ? location.search : outcome?.search);
    if (!isOnTheWay) query.set("schedule", link.dataset.schedule);
    query.set("step", isOnTheWay ? steps.get(place) : link.dataset.step);
    link.href = `?${query}`;
  }
}

function keep(host) {
  const tab = host.closest(".tab");
  if (!stays || !tab?.hidden || !host.dataset.way) return;
  stays = false;
  const place = [...document.querySelectorAll(".details .tab")].indexOf(tab);
  document.querySelectorAll(".details .tabs button")[place].click();
  requestAnimationFrame(() => {
    tab.scrollTop += host.getBoundingClientRect().top - tab.getBoundingClientRect().top;
  });
}

const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

// Turns to the place that `next` finds from a place in the direction of an arrow: how far to
// the right, and how far down.
export function walk(event, places, next) {
  const arrow = ARROWS[event.key];
  if (!arrow) return;
  // The arrows are no steps of the run here.
  event.preventDefault();
  event.stopPropagation();
  const from = [...places].find(([, link]) => link === event.target);
  const to = from && next(from[0], ...arrow);
  if (!to) return;
  from[1].tabIndex = -1;
  to.tabIndex = 0;
  to.focus();
}

export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export function style(href) {
  document.head.append(make("link", { rel: "stylesheet", href }));
}
