// Takes who opened a scenario's page on to the scenario, with what the link says of it.

const link = document.getElementById("open");
const target = new URL(link.href);
for (const [key, value] of new URLSearchParams(location.search)) {
  // Which scenario it is, the page says.
  if (key !== "scenario") target.searchParams.append(key, value);
}
link.href = target;
location.replace(target);
