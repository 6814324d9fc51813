// Starts the page that it is in: index.html, the whole site, or embed.html, the player
// for frames. Until Lockstep itself is loaded, what the page does is done here.

const page = document.documentElement;
const embedded = page.classList.contains("embed");
const framed = window.parent !== window;

if (!embedded && framed && framedByStranger()) {
  // Only the player is made for frames.
  location.replace(`embed.html${location.search}`);
} else {
  await start();
}

function framedByStranger() {
  try {
    return window.parent.location.origin !== location.origin;
  } catch {
    return true;
  }
}

// Loads what the page's head names, and runs it.
async function start() {
  const player = document.querySelector("template#player");
  if (player) document.head.append(player.content);
  const { default: init } = await import(linked('link[rel="modulepreload"]'));
  await init({ module_or_path: linked('link[rel="preload"][as="fetch"]') });
}

function linked(selector) {
  return document.querySelector(selector).href;
}
