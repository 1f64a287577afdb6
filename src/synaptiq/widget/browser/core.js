// What all parts of the chat use: elements made without markup, icons, times.

/** Icons by name; parts that are fetched later add theirs. */
export const SHAPES = {
  ai: "M7.7 6l4.6 1M6 7.700l1.5 4.600M13.2 9.300l-3.8 3.700M5.5 3.300a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.400M14.5 5.300a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.400M8 12.300a2.2 2.2 0 1 1 0 4.4 2.2 2.2 0 0 1 0-4.4",
  x: "m5.5 5.5 9 9m0-9-9 9",
  down: "m5 8 5 5 5-5",
  dots: "M4.5 10h.01M10 10h.01M15.5 10h.01",
  up: "M10 15.500v-11M5.5 9 10 4.5 14.5 9",
  check: "m4.5 10.5 3.6 3.6 7.4-8",
  warn: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M10 6.500v4.300M10 13.400v.1",
  clock: "M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14M10 6v4l2.6 1.8",
};

/** An element: `el("p", { class: "say", onclick: … }, "text", child)`. Text is only ever text. */
export function el(name, given = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

export function icon(name) {
  const [svg, path] = ["svg", "path"].map((one) => document.createElementNS("http://www.w3.org/2000/svg", one));
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", SHAPES[name]);
  if (name === "dots") path.setAttribute("stroke-width", "2.4");
  svg.append(path);
  return svg;
}

/** A random UUID, also where the page is no secure context. */
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

// In English, as all words around it, and of its kinds the one that the reader's browser asks for.
const LANGUAGE = navigator.languages.find((one) => /^en\b/.test(one)) ?? "en";
const formats = new Map();
/** Made once for each way to say it: a log asks by the thousand. */
export function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(LANGUAGE, options));
  return formats.get(key);
}
export const timeOf = (at, zone) => format({ hour: "2-digit", minute: "2-digit", timeZone: zone }).format(at);
export const dayOf = (at, zone) => format({ day: "numeric", month: "long", timeZone: zone }).format(at);

/** Text with its web addresses as links; nothing else of it is anything but text. */
export function withLinks(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(/https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g)) {
    let url;
    try { url = new URL(found[0]); } catch { continue; }
    parts.push(text.slice(from, found.index), el("a", { class: "link", href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, found[0]));
    from = found.index + found[0].length;
  }
  return [...parts, text.slice(from)];
}

export const privacy = (address) => /^https?:/i.test(address) && el("a", { class: "link", href: address, target: "_blank", rel: "noopener" }, "Privacy");
