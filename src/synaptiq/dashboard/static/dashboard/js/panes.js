// List and conversation beside each other: a row opens its conversation there, under its own address, while the list
// stays as it is, with its filters and where it was scrolled to. Where they do not fit beside each other, or an answer does
// not come, rows are the links that they are.
import { ask } from "./fresh.js";
import { seek } from "./inbox.js";
import { begin, end } from "./talk.js";

const at = (id) => document.getElementById(id);
const fits = matchMedia("(min-width: 901px)");
const BUSY_MS = 200;
let shown = location.pathname;
let asked = 0;

/** Show what that address has for the room beside the list. */
async function show(address, push) {
  const turn = ++asked;
  const room = at("room");
  const busy = setTimeout(() => room.setAttribute("aria-busy", "true"), BUSY_MS);
  const { status, part } = await ask(address);
  clearTimeout(busy);
  if (turn !== asked) return;
  room.removeAttribute("aria-busy");
  if (status !== 200 || !part) {
    location.assign(address);
    return;
  }
  end();
  if (push) history.pushState(null, "", address);
  shown = location.pathname;
  const isThere = room.contains(document.activeElement);
  const wants = at("show-details")?.checked;
  const title = part.querySelector("title");
  title.remove();
  document.title = title.textContent;
  room.replaceChildren(part);
  window.htmx?.process(room);
  at("inbox").toggleAttribute("data-open", Boolean(at("talk")));
  if (wants && at("show-details")) at("show-details").checked = true;
  begin();
  // The page is about what is open now.
  level(at("talk") ? "h2" : "h1");
  seek(at("talk")?.dataset.id ?? "");
  if (isThere) (at("scroll") ?? document.querySelector("#conversations .row-link"))?.focus({ preventScroll: true });
  if (at("talk")) at("said").textContent = `Conversation with ${document.querySelector("#talk-head h1").dataset.aloud}`;
}

function level(name) {
  const title = at("list-title");
  if (title.localName === name) return;
  const other = document.createElement(name);
  other.id = title.id;
  other.className = title.className;
  other.append(...title.childNodes);
  title.replaceWith(other);
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("#conversations .row-link");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || !fits.matches) return;
  event.preventDefault();
  // Once more: to its end.
  if (link.pathname === shown) at("scroll")?.scrollTo({ top: 0 });
  else show(link.href, true);
});

addEventListener("popstate", () => {
  // A place within the page is none of this.
  if (location.pathname !== shown) show(location.href, false);
});

// ── By keyboard ─────────────────────────────────────────────────────────────────────────────────────────────────────
const STEPS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const link = event.target.closest?.("#conversations .row-link");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const all = [...document.querySelectorAll("#conversations .row-link")];
  const ends = { Home: 0, End: all.length - 1 };
  const place = event.key in STEPS ? all.indexOf(link) + STEPS[event.key] : ends[event.key];
  if (place === undefined) return;
  event.preventDefault();
  all[Math.max(0, Math.min(place, all.length - 1))].focus();
});

begin();
seek(at("talk")?.dataset.id ?? "", true);
