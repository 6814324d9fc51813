// Shows a line of the program that is named somewhere on the page. Loaded when the first is
// asked for.

export function showLine(number) {
  const scroller = document.querySelector(".listing .scroller");
  const lines = [...(scroller?.querySelectorAll("li") ?? [])];
  const named = (line) => line.querySelector(".number").textContent === number;
  for (const line of lines) line.toggleAttribute("data-named", named(line));
  const line = lines.find(named);
  if (!line) return;
  const [box, its] = [scroller.getBoundingClientRect(), line.getBoundingClientRect()];
  scroller.scrollTop += (its.top + its.bottom - box.top - box.bottom) / 2;
  // In a narrow page it may be elsewhere; in a frame it would be the page around that scrolls.
  if (window.parent === window) line.scrollIntoView({ block: "nearest" });
  scroller.focus({ preventScroll: true });
}
