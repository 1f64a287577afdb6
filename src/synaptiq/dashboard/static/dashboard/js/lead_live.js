// One lead while its page is open: conversations, score, fields and what happened go on by themselves. Nothing that
// somebody is typing in is replaced, and no earlier part of what happened that they have opened.
import { ask, refresh, replace, soon } from "./fresh.js";
import { toast } from "./toast.js";

const at = (id) => document.getElementById(id);
const page = at("lead");
// Of conversations that are not this lead's yet one may become it; the server says at once that nothing is new.
const PERHAPS_MS = 4000;
const WHOLE = ["lead-head", "lead-facts", "assign-to-me", "lead-dates"];
let isGone = false;

/** Whether somebody is at work there: a form is open in it, something is typed, or they have come to it by keyboard. */
function isAtWork(element) {
  if (element.querySelector("[data-cancel], [aria-invalid]")) return true;
  return Boolean(element.querySelector("input:not([type=hidden])")?.value) || element.contains(document.activeElement);
}

// What one saves comes back with that very answer: whatever was asked for meanwhile may be older.
let saves = 0;
const isSaving = () => document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling");
for (const name of ["htmx:beforeRequest", "htmx:afterSettle"]) document.addEventListener(name, () => { saves += 1; });

const words = (item) => item.textContent.replace(/\s+/g, " ").trim();
const isDay = (item) => item.matches(".day-of");

/** Put ahead what happened since; where what stood first is another thing now, all of it is taken. */
function takeStream(fresh) {
  const old = at("stream");
  const first = [...old.children].find((item) => !isDay(item));
  const items = [...fresh.children];
  const place = first ? items.findIndex((item) => !isDay(item) && words(item) === words(first)) : -1;
  if (place < 0) {
    if (!old.querySelector(".note-edit, [data-arrived]")) replace(old, fresh);
    return;
  }
  const added = items.slice(0, place);
  // The day of what stood first is the last day among them, or comes with the new ones.
  const day = old.querySelector(".day-of");
  const last = added.findLast(isDay);
  if (last && day && words(last) === words(day)) {
    const follows = added.indexOf(last);
    if (follows === added.length - 1) added.pop();
    else day.remove();
  }
  old.prepend(...added.map((item) => document.adoptNode(item)));
  for (const item of added) window.htmx?.process(item);
}

const look = soon(async () => {
  if (isGone || document.visibilityState !== "visible") return;
  const before = saves;
  const { status, part } = await ask(`${page.dataset.freshAt}?state=${page.dataset.state}`);
  if (status === 404) {
    isGone = true;
    toast("This lead is no longer there.", "warning");
  }
  if (status !== 200 || !part) return;
  if (before !== saves || isSaving()) {
    look();
    return;
  }
  const { state, conversations } = part.querySelector("#lead").dataset;
  let isWhole = true;
  const { title } = document;
  const named = part.querySelector("title").textContent;
  if (!title.endsWith(named)) document.title = named;
  for (const id of WHOLE) replace(at(id), part.querySelector(`#${id}`));
  refresh(part);
  for (const fresh of [...part.querySelectorAll(".prop[id]")]) {
    const old = at(fresh.id);
    if (old && isAtWork(old)) isWhole = false;
    else if (old) replace(old, fresh);
  }
  takeStream(part.querySelector("#stream"));
  page.dataset.conversations = conversations;
  // What was left as it is comes with the next look.
  page.dataset.state = isWhole ? state : "";
}, 300);

const lookLater = soon(look, PERHAPS_MS);

document.addEventListener("live", ({ detail }) => {
  const { type, id } = detail;
  const isOwn = id === page.dataset.id || page.dataset.conversations.split(" ").includes(id);
  if (type === "again" || (isOwn && ["conversation", "beside", "lead"].includes(type))) look();
  else if (type === "conversation" || (type === "lead" && !id)) lookLater();
});
