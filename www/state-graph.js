// The graph of a program's states, from left to right by the steps that lead to them: where
// something is left to choose, who may go and where that leads, and what share of the
// interleavings from there goes wrong. Loaded when there is one to draw.
import { drawer, make, placeOf, style, walk } from "./graph.js";
import { states as says } from "./words-later.js";

style("graph.css");

export const draw = drawer((host, text) => build(host, read(text)), markEdges);

// Between the middles of two states, in CSS pixels; a state is 30 wide and 24 high.
const ACROSS = 58;
const DOWN = 30;

// See `StateGraph` in src/session/state_graph.rs.
function read(text) {
  const [first, second, third] = text.trimEnd().split("\n\n");
  const fields = (part) => part.split("\n").map((line) => line.split("\t"));
  const threads = new Map(fields(first).map(([path, name, colour]) => [path, { name, colour }]));
  const nodes = new Map();
  fields(third).forEach(([wrong, all, step, schedule, ...moves], number) => {
    nodes.set(String(number), {
      wrong: BigInt(wrong),
      all: BigInt(all),
      step: Number(step),
      schedule,
      moves: moves.map((move) => {
        const [path, to] = move.split(" ");
        return { path, thread: threads.get(path), to };
      }),
    });
  });
  fields(second).forEach(([is, step, schedule, words], number) => {
    nodes.set(`o${number}`, {
      wrong: is === "wrong" ? 1n : 0n,
      all: 1n,
      step: Number(step),
      schedule,
      moves: [],
      end: words,
    });
  });
  return { threads: [...threads.values()], nodes };
}

// Columns by steps, the ends in one of their own. In each stands a state as high as those
// that lead to it, as far as there is room.
function columnsOf(nodes) {
  const columns = new Map();
  for (const [name, node] of nodes) {
    const step = node.end ? Infinity : node.step;
    columns.set(step, [...(columns.get(step) ?? []), { name, node }]);
  }
  const ordered = [...columns].sort(([one], [other]) => one - other).map(([, column]) => column);
  const wishes = new Map();
  ordered.forEach((column, x) => {
    const wish = ({ name }) => {
      const from = wishes.get(name) ?? [0];
      return from.reduce((sum, y) => sum + y, 0) / from.length;
    };
    column.sort((one, other) => wish(one) - wish(other));
    column.forEach(({ node }, index) => {
      Object.assign(node, { x, y: index - (column.length - 1) / 2 });
      for (const { to } of node.moves) wishes.set(to, [...(wishes.get(to) ?? []), node.y]);
    });
  });
  const highest = Math.max(...ordered.map((column) => column.length));
  for (const { node } of ordered.flat()) {
    node.left = (node.x + 0.5) * ACROSS;
    node.top = (node.y + highest / 2) * DOWN;
  }
  return { width: ordered.length * ACROSS, height: highest * DOWN };
}

function build(host, { threads, nodes }) {
  const { width, height } = columnsOf(nodes);
  const places = new Map();
  const plot = make("div", { className: "states" });
  Object.assign(plot.style, { width: `${width}px`, height: `${height}px` });
  plot.append(edgesOf(nodes, width, height));
  for (const [name, node] of nodes) {
    const link = placeOf(node, inWords(node));
    if (node.end) {
      link.classList.add("end");
      link.textContent = node.wrong ? "✕" : "✓";
      link.title = inWords(node);
      link.setAttribute("aria-label", link.title);
    }
    link.style.left = `${node.left}px`;
    link.style.top = `${node.top}px`;
    places.set(name, link);
    plot.append(link);
  }
  plot.addEventListener("keydown", (event) => walk(event, places, next));
  const legend = make("p", { className: "moves" }, says.lines);
  const byName = threads.toSorted((one, other) => one.name.localeCompare(other.name, "en", { numeric: true }));
  for (const { name, colour } of byName) {
    const dot = make("span", { className: "line", ariaHidden: "true" });
    dot.style.background = colour;
    legend.append(make("span", { className: "who" }, dot, name));
  }
  host.replaceChildren(
    make("h3", { textContent: says.title }),
    make("p", { textContent: says.how }),
    legend,
    make("div", { className: "plot" }, plot),
  );
  return [places, wayOf];

  // Where only one could go it stays in the state that it came from.
  function wayOf(steps) {
    let at = "0";
    return [
      at,
      ...steps.map((step) => {
        const move = nodes.get(at)?.moves.find(({ path }) => `*${path}` === step);
        return (at = move?.to ?? at);
      }),
    ];
  }

  // The nearest in the next column, or in the same.
  function next(from, right, down) {
    const here = nodes.get(from);
    const ahead = [...nodes].filter(([, node]) =>
      right ? node.x === here.x + right : node.x === here.x && (node.y - here.y) * down > 0,
    );
    const far = ([, node]) => Math.abs(node.y - here.y);
    ahead.sort((one, other) => far(one) - far(other));
    return ahead.length ? places.get(ahead[0][0]) : undefined;
  }
}

function inWords({ step, moves, end }) {
  if (end) return says.ends(step, end);
  return says.mayGo(step, moves.map(({ thread }) => thread.name));
}

function edgesOf(nodes, width, height) {
  const svg = (tag, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };
  const picture = svg("svg", { width, height, "aria-hidden": "true" });
  for (const [from, node] of nodes) {
    for (const { thread, to } of node.moves) {
      const target = nodes.get(to);
      const line = svg("line", {
        x1: node.left,
        y1: node.top,
        x2: target.left,
        y2: target.top,
        stroke: thread.colour,
        "data-edge": `${from} ${to}`,
      });
      picture.append(line);
    }
  }
  return picture;
}

// Marks the moves of the run that is stepped through.
function markEdges(host, stops) {
  const made = new Set();
  for (let step = 1; step < stops.length; step++) {
    if (stops[step] !== stops[step - 1]) made.add(`${stops[step - 1]} ${stops[step]}`);
  }
  for (const line of host.querySelectorAll("[data-edge]")) {
    line.classList.toggle("way", made.has(line.dataset.edge));
  }
}
