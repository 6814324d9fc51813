// The wait-for graph: threads and what they wait for, told and drawn. Each node has one way
// out at most, since a thread waits for one thing and a lock has one holder: so it is made of
// trees, or one of its ways ends in a cycle.
import { waits as says } from "./words-later.js";

const [ROW, COLUMN, RADIUS, HEIGHT] = [40, 132, 14, 22];

// Nodes of a cycle that are drawn, and rows of trees.
const [MOST_ROUND, MOST_ROWS] = [16, 5];

// The edges of a cycle, in its order; none if there is no cycle.
export function cycleOf(edges) {
  const next = new Map(edges.map((edge) => [edge.from, edge]));
  for (const { from } of edges) {
    const way = [];
    let edge = next.get(from);
    while (edge && !way.includes(edge)) {
      way.push(edge);
      edge = next.get(edge.to);
    }
    if (edge) return way.slice(way.indexOf(edge));
  }
  return [];
}

// What the graph says, in a sentence for each thing that is waited for.
export function words(edges) {
  const cycle = cycleOf(edges);
  const isIn = (edge) => cycle.includes(edge);
  const holders = new Map(edges.filter(({ held }) => held).map(({ from, to }) => [from, to]));
  const tell = ({ from, to, joins }) => {
    const holder = holders.get(to);
    if (joins) return says.joins(from, to);
    return holder ? says.forHeld(from, to, holder) : says.forFree(from, to);
  };
  const round = cycle.filter(({ held }) => !held).map(tell);
  const others = edges.filter((edge) => !edge.held && !edge.joins && !isIn(edge)).map(tell);
  const told = others.slice(0, MOST_ROWS);
  if (others.length > told.length) told.push(says.more(others.length - told.length));
  if (round.length) round[0] = says.cycle(round[0]);
  const all = [...round, ...told];
  return all.length ? says.all(all) : "";
}

// Its picture, for those who see: the words say the same.
export function picture(edges) {
  const cycle = cycleOf(edges);
  const drawn = cycle.length && cycle.length <= MOST_ROUND ? cycle : undefined;
  const own = edges.filter(({ joins }) => !joins);
  const { places, width, height } = drawn ? round(drawn) : trees(own);
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  svg.style.maxWidth = `${width}px`;
  svg.setAttribute("translate", "no");
  const shown = (drawn ?? own).filter(({ from, to }) => places.has(from) && places.has(to));
  const colours = new Map(own.map(({ from, to, held, colour }) => [held ? to : from, colour]));
  for (const edge of shown) svg.append(arrow(edge, places, drawn, shown.length <= 6));
  const things = new Set(own.map(({ from, to, held }) => (held ? from : to)));
  for (const [name, place] of places) {
    svg.append(things.has(name) ? thing(name, place) : thread(name, place, colours.get(name)));
  }
  return svg;
}

// On an ellipse, the first at the left.
function round(cycle) {
  const [across, upwards] = cycle.length > 4 ? [120, 92] : [104, 52];
  const [width, height] = [2 * across + 120, 2 * upwards + 48];
  const places = new Map();
  cycle.forEach(({ from }, index) => {
    const angle = Math.PI * (1 + (2 * index) / cycle.length);
    const x = width / 2 + across * Math.cos(angle);
    places.set(from, { x, y: height / 2 + upwards * Math.sin(angle) });
  });
  return { places, width, height };
}

// From those who wait, at the left, to those who hold, at the right.
function trees(edges) {
  const next = new Map(edges.map(({ from, to }) => [from, to]));
  const before = (name) => edges.filter(({ to }) => to === name).map(({ from }) => from);
  const ends = [...new Set(edges.map(({ to }) => to))].filter((name) => !next.has(name));
  const depth = (name) => Math.max(0, ...before(name).map((other) => depth(other) + 1));
  const places = new Map();
  const columns = Math.max(...ends.map(depth));
  let rows = 0;
  const place = (name, column) => {
    const others = before(name).slice(0, Math.max(1, MOST_ROWS - rows));
    const heights = others.map((other) => place(other, column - 1));
    const row = heights.length ? (heights[0] + heights.at(-1)) / 2 : rows++;
    places.set(name, { x: 52 + column * COLUMN, y: 22 + row * ROW });
    return row;
  };
  for (const end of ends) if (rows < MOST_ROWS) place(end, depth(end));
  return { places, width: 104 + columns * COLUMN, height: 8 + rows * ROW };
}

// Dashed to what is waited for, and solid to who holds it.
function arrow({ from, to, held, joins, colour }, places, cycle, named) {
  const [a, b] = [places.get(from), places.get(to)];
  const far = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const [x, y] = [(b.x - a.x) / far, (b.y - a.y) / far];
  // Two that go there and back are bent apart.
  const bend = cycle?.length === 2 ? 26 : 0;
  const middle = { x: (a.x + b.x) / 2 + y * bend, y: (a.y + b.y) / 2 - x * bend };
  // From rim to rim: a lock's is that of its box.
  const leave = rim(held && from, x, y);
  const arrive = rim(!held && !joins && to, x, y);
  const start = { x: a.x + x * leave, y: a.y + y * leave };
  const end = { x: b.x - x * (arrive + 4), y: b.y - y * (arrive + 4) };
  const group = element("g", { class: cycle ? "edge cycle" : "edge" });
  if (!cycle && colour) group.style.setProperty("--thread", colour);
  const path = `M${at(start)} Q${at(middle)} ${at(end)}`;
  group.append(element("path", { d: path, class: held ? "held" : "waits" }));
  const [tail, wing] = [7, 4];
  const back = { x: end.x - x * tail, y: end.y - y * tail };
  const wings = [1, -1].map((side) => at({ x: back.x - y * wing * side, y: back.y + x * wing * side }));
  const tip = at({ x: b.x - x * arrive, y: b.y - y * arrive });
  group.append(element("path", { d: `M${tip} L${wings.join(" L")} Z`, class: "head" }));
  if (named) {
    // Outside of a cycle, over an arrow of a tree.
    const out = cycle ? outward(middle, places) : { x: 0, y: -7 };
    const spot = { x: middle.x + out.x, y: middle.y + out.y, "text-anchor": "middle" };
    if (cycle && cycle.length > 2) spot["text-anchor"] = out.x < 0 ? "end" : "start";
    const label = element("text", { ...spot, class: "label" });
    label.textContent = joins ? says.joining : held ? says.heldBy : says.waitsFor;
    group.append(label);
  }
  return group;
}

// How far it is from the middle of a box with this name, or of a disc, to its rim.
function rim(name, x, y) {
  return name ? Math.min(half(name) / Math.abs(x), HEIGHT / 2 / Math.abs(y)) : RADIUS;
}

function outward({ x, y }, places) {
  const all = [...places.values()];
  const middle = (key) => all.reduce((sum, place) => sum + place[key], 0) / all.length;
  const [dx, dy] = [x - middle("x"), y - middle("y")];
  const far = Math.hypot(dx, dy) || 1;
  return { x: (8 * dx) / far, y: dy < 0 ? -6 : 14 };
}

function thread(name, { x, y }, colour) {
  const group = element("g", { class: "thread" });
  const disc = element("circle", { cx: x, cy: y, r: RADIUS });
  if (colour) disc.style.fill = colour;
  // As its mark is everywhere.
  const mark = element("text", { x, y: y + 4, "text-anchor": "middle" });
  const number = /\d{1,2}$/.exec(name)?.[0];
  mark.textContent = number ?? name[0];
  const dot = document.querySelector(`.positions [data-thread="${CSS.escape(name)}"] .dot`);
  if (dot) mark.style.fill = dot.style.color;
  const title = element("title", {});
  title.textContent = name;
  group.append(title, disc, mark);
  return group;
}

function thing(name, { x, y }) {
  const width = 2 * half(name);
  const group = element("g", { class: "thing" });
  const box = { x: x - width / 2, y: y - HEIGHT / 2, width, height: HEIGHT, rx: 4 };
  const text = element("text", { x, y: y + 4, "text-anchor": "middle" });
  text.textContent = short(name);
  const title = element("title", {});
  title.textContent = name;
  group.append(title, element("rect", box), text);
  return group;
}

function short(name) {
  return name.length > 12 ? `${name.slice(0, 11)}…` : name;
}

function half(name) {
  return short(name).length * 3.5 + 6;
}

function at({ x, y }) {
  return `${x.toFixed(1)} ${y.toFixed(1)}`;
}

function element(tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}
