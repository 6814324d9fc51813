// What the keyboard does in a parameter's field. While it holds no value that the parameter can
// have, the last good one is in force: it comes back when the field is left, or by Esc, and
// Enter runs with good ones alone. Loaded when the first field is used.

addEventListener("focusout", ({ target }) => putBack(target));

addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!target.matches?.(".params input")) return;
  if (key === "Escape") putBack(target);
  if (key !== "Enter" || document.querySelector(".params .wrong")) return;
  event.preventDefault();
  document.querySelector(".actions .primary:not(.stop)")?.click();
});

function putBack(field) {
  const kept = field.dataset?.kept;
  if (kept === undefined) return;
  field.value = kept;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}
