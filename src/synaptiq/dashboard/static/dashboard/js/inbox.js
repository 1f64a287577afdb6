// The list of conversations while it is open: rows change where they stand; what would move rows under a pointer or away
// from the focus waits behind a button that says how many they are.
import { ask, replace, soon } from "./fresh.js";

const at = (id) => document.getElementById(id);
const address = at("news-bar")?.dataset.rows;
const TYPES_MS = 6000;
const types = new Map();
// What a press of the button shows.
let held = null;

const body = () => at("conversations");
const rowsOf = (part) => [...part.querySelectorAll("tr[id]")];

/** Whether somebody is at a row: pointing, in it by keyboard, reading further down, or marking text. */
function isBusy() {
  const place = body().closest(".table-scroll");
  const top = place.scrollTop > 8 || (getComputedStyle(place).overflowY === "visible" && scrollY > 200);
  return top || place.matches(":hover") || body().contains(document.activeElement) || Boolean(String(getSelection()));
}

function show(fresh) {
  const focused = document.activeElement?.closest("tr")?.id;
  const rows = fresh.map((row) => {
    const old = at(row.id);
    return old ? replace(old, row) : document.adoptNode(row);
  });
  const kept = new Set(rows);
  for (const old of [...body().children]) if (!kept.has(old)) old.remove();
  rows.forEach((row, place) => {
    if (body().children[place] !== row) body().insertBefore(row, body().children[place] ?? null);
  });
  if (focused) at(focused)?.querySelector(".row-link")?.focus({ preventScroll: true });
  held = null;
  say(0);
}

function say(count) {
  const button = at("show-news");
  button.hidden = !count;
  button.textContent = count ? `${count} new` : "";
}

function take(part) {
  const fresh = rowsOf(part);
  const matched = part.querySelector("#matched");
  if (matched && at("matched")) at("matched").replaceChildren(...matched.childNodes);
  if (!body()) {
    // The page says that there is none, and is another one with the first. Who is in the middle of something is asked.
    const isIdle = document.activeElement === document.body && !document.querySelector("dialog[open], :popover-open");
    if (fresh.length && isIdle) location.reload();
    else say(fresh.length);
    return;
  }
  const now = [...body().children].map((row) => row.id);
  const then = fresh.map((row) => row.id);
  if (now.join() === then.join() || !isBusy()) {
    show(fresh);
    return;
  }
  // In their places all that still stands there; which are new or stand higher is said.
  const moved = then.filter((id, place) => !now.includes(id) || then.slice(place + 1).some((other) => now.includes(other) && now.indexOf(other) < now.indexOf(id)));
  held = fresh.map((row) => row.cloneNode(true));
  for (const row of fresh) if (at(row.id)) replace(at(row.id), row);
  say(Math.max(1, moved.length));
}

const look = soon(async () => {
  if (document.visibilityState !== "visible") return;
  const { status, part } = await ask(`${address}${location.search}`);
  if (status === 200 && part) take(part);
}, 300);

function typing(id) {
  const row = at(`row-${id}`);
  if (!row) return;
  clearTimeout(types.get(id));
  row.classList.add("types");
  types.set(id, setTimeout(() => {
    types.delete(id);
    at(`row-${id}`)?.classList.remove("types");
  }, TYPES_MS));
}

if (address) {
  document.addEventListener("live", ({ detail }) => {
    if (detail.type === "typing") {
      if (detail.sender === "visitor") typing(detail.id);
    } else if (detail.type !== "notices") look();
  });
  at("show-news").addEventListener("click", () => {
    if (!body()) location.reload();
    else if (held) {
      show(held);
      body().closest(".table-scroll").scrollTo({ top: 0 });
      body().querySelector(".row-link")?.focus({ preventScroll: true });
    }
  });
}
