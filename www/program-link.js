// A program in the fragment of a link, where no server sees it: `#code=1.` and its text,
// deflated, in base64 for addresses. The number is the version of the form.

// The most that a link may unpack to, in bytes.
const LARGEST = 64 * 1024;

const PREFIX = "#code=";
const VERSION = "1";

// The fragment for a text; nothing for none.
export async function encode(text) {
  if (!text) return "";
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer());
  let letters = "";
  for (const byte of bytes) letters += String.fromCharCode(byte);
  const base64 = btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  return `${PREFIX}${VERSION}.${base64}`;
}

// The text of a fragment; an error says what is wrong with it.
export async function decode(fragment) {
  if (!fragment.startsWith(PREFIX)) throw new Error("none");
  const [version, packed = ""] = fragment.slice(PREFIX.length).split(".");
  if (version !== VERSION) throw new Error(/^\d+$/.test(version) ? "version" : "damaged");
  if (!/^[\w-]+$/.test(packed)) throw new Error("damaged");
  let letters;
  try {
    letters = atob(packed.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    throw new Error("damaged");
  }
  const bytes = Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const text = await whole(unpacked);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(text);
  } catch {
    throw new Error("damaged");
  }
}

// All of a stream, as long as it is not too long: a short link can stand for gigabytes.
async function whole(stream) {
  const reader = stream.getReader();
  const parts = [];
  let size = 0;
  for (;;) {
    let part;
    try {
      part = await reader.read();
    } catch {
      throw new Error("damaged");
    }
    if (part.done) break;
    size += part.value.length;
    if (size > LARGEST) {
      reader.cancel().catch(() => undefined);
      throw new Error("large");
    }
    parts.push(part.value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}
