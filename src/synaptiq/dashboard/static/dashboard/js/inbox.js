// The list of conversations while it is open: rows change where they stand; what would move rows under a pointer or away
// from the focus waits behind a button that says how many they are.
import { ask, refresh, replace, soon } from "./fresh.js";

const at = (id) => document.getElementById(id);
const address = at("news-bar")?.dataset.rows;
const TYPES_MS = 6000;
const types = new Map();
// What a press of the button shows.
let held = null;

const body = () => at("conversations");
const place = () => at("list-scroll");
const rowsOf = (part) => [...part.querySelectorAll("#conversations > li")];
// The conversation that is open beside the list.
let open = "";

/** Whether somebody is at a row: pointing, in it by keyboard, reading further down, or marking text. */
function isBusy() {
  const isDown = place().scrollTop > 8 || (getComputedStyle(place()).overflowY === "visible" && scrollY > 200);
  const selection = getSelection();
  const isMarking = String(selection) && body().contains(selection.anchorNode);
  return isDown || place().matches(":hover") || body().contains(document.activeElement) || Boolean(isMarking);
}

function show(fresh) {
  const focused = document.activeElement?.closest("#conversations > li")?.id;
  const rows = fresh.map((row) => {
    const old = at(row.id);
    return old ? replace(old, row) : document.adoptNode(row);
  });
  const kept = new Set(rows);
  for (const old of [...body().children]) if (!kept.has(old)) old.remove();
  rows.forEach((row, order) => {
    if (body().children[order] !== row) body().insertBefore(row, body().children[order] ?? null);
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
  refresh(part);
  const now = [...body().children].map((row) => row.id);
  const then = fresh.map((row) => row.id);
  // Of none there is nothing to be moved; the focus may be in what stands in their place.
  if (now.join() === then.join() || !now.length || !isBusy()) {
    show(fresh);
    return;
  }
  // In their places all that still stands there; which are new or stand higher is said.
  const moved = then.filter((id, order) => !now.includes(id) || then.slice(order + 1).some((other) => now.includes(other) && now.indexOf(other) < now.indexOf(id)));
  held = fresh.map((row) => row.cloneNode(true));
  for (const row of fresh) if (at(row.id)) replace(at(row.id), row);
  say(Math.max(1, moved.length));
}

const look = soon(async () => {
  if (document.visibilityState !== "visible" || !at("list").checkVisibility()) return;
  const query = new URLSearchParams(location.search);
  query.set("open", open);
  const here = open;
  // Beside a conversation that says so (still.js).
  const { status, part } = await ask(`${address}?${query}`, null, { quiet: Boolean(open) });
  if (here === open && status === 200 && part) take(part);
}, 300);

/** Mark the row of the conversation that is open; `isFirst`: the page has just come, and the row is brought into view. */
export function seek(id, isFirst = false) {
  open = id;
  for (const link of document.querySelectorAll("#conversations .row-link")) {
    if (link.closest("li").id === `row-${id}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  if (isFirst) at(`row-${id}`)?.scrollIntoView({ block: "nearest" });
  else if (address) look();
}

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
    if (held) {
      show(held);
      place().scrollTo({ top: 0 });
      body().querySelector(".row-link")?.focus({ preventScroll: true });
    }
  });
}
