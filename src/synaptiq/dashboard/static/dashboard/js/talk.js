// A conversation while it goes on: what is new stands at its end without a jump, what was before comes as one scrolls
// up, and what one writes is sent once and kept until it is. The page works without this, by loading it anew. One may
// follow another on the same page (panes.js): `begin` takes up the one that stands there, `end` lets go of it.
import { keep, take } from "./drafts.js";
import { ask, refresh, replace, soon } from "./fresh.js";
import { ask as renew } from "./session.js";
import { stand, stands } from "./still.js";
import { toast } from "./toast.js";

const at = (id) => document.getElementById(id);
let id = null;
let address = "";
let scroll = null;
let list = null;
const isSeen = () => document.visibilityState === "visible";
const me = document.body.dataset.member;
// The thread hangs from its end: 0 there, less above.
const NEAR = 48;
// In a window too low for panes (inbox.css) the page scrolls, and the thread with it.
const isLow = matchMedia("(max-height: 520px)");
const isAtEnd = () => (isLow.matches ? at("end").getBoundingClientRect().top < innerHeight : scroll.scrollTop > -NEAR);

function toEnd() {
  if (isLow.matches) at("end").scrollIntoView({ block: "end" });
  else scroll.scrollTo({ top: 0 });
}
const last = () => Number(list.dataset.last);

// ── What is new ─────────────────────────────────────────────────────────────────────────────────────────────────────
let below = 0;
// What one does oneself here is on its way: its answer tells nobody what they know.
let acts = 0;
// How many there were: what was asked for before one of them may be older than its answer.
let acted = 0;

function showBelow() {
  const button = at("to-news");
  button.hidden = !below;
  button.querySelector("span").textContent = `${below} new below`;
}

function toNews() {
  toEnd();
  scroll.focus({ preventScroll: true });
}

function scrolled() {
  if (!id || !below || !isAtEnd()) return;
  below = 0;
  showBelow();
}

/** Take over entries that are new, and what differs of those that are there. Returns the new ones. */
function merge(fresh) {
  const stays = isAtEnd();
  const before = scroll.scrollHeight;
  const added = [];
  const days = [...list.querySelectorAll(".day-of")];
  let day = days[days.length - 1]?.textContent;
  let begun = null;
  for (const item of [...fresh.children]) {
    const old = item.id && at(item.id);
    if (item.matches(".day-of")) begun = item;
    else if (old) replace(old, item);
    else {
      if (begun && begun.textContent !== day) {
        list.append(document.adoptNode(begun));
        day = begun.textContent;
      }
      list.append(document.adoptNode(item));
      added.push(item);
    }
  }
  list.dataset.last = Math.max(last(), Number(fresh.dataset.last));
  list.dataset.notes = fresh.dataset.notes;
  if (added.length) at("nothing-said")?.remove();
  // Who reads further up goes on reading there.
  if (!stays && !isLow.matches) scroll.scrollTop -= scroll.scrollHeight - before;
  if (stays && isLow.matches && added.length) toEnd();
  return { added: added.filter((item) => item.matches(".turn")), stays };
}

function announce(added, stays) {
  const others = added.filter((item) => item.dataset.member !== me);
  if (!stays) {
    below += added.length;
    showBelow();
  }
  if (!others.length) return;
  const newest = others[others.length - 1];
  const words = newest.querySelector(".text").textContent.trim().slice(0, 200);
  at("said").textContent = others.length > 1 ? `${others.length} new messages. ${newest.dataset.who}: ${words}` : `${newest.dataset.who}: ${words}`;
  if (others.some((item) => item.matches(".visitor"))) ends("visitor");
  for (const item of others) if (item.dataset.member) ends(item.dataset.member);
  const colleague = others.findLast((item) => item.matches(".agent"));
  if (colleague && at("reply-text")?.value.trim()) warn(colleague);
}

function takeOver(part) {
  const fresh = part.querySelector("#entries");
  if (!fresh) return;
  const wasMine = at("talk-bar")?.matches(".mine");
  const { added, stays } = merge(fresh);
  refresh(part);
  if (wasMine && !acts && !at("talk-bar")?.matches(".mine") && at("talk-bar")?.dataset.state !== "closed") {
    toast(`This conversation is not yours any more: ${at("talk-bar").querySelector("b").textContent.trim()}.`, "warning");
  }
  announce(added, stays);
  follow();
}

async function lookNow() {
  if (!isSeen() || !id) return;
  const here = id;
  const before = acted;
  const { status, part, said } = await ask(`${address}/news?after=${last()}&notes=${list.dataset.notes}`, null, { quiet: true });
  if (here !== id) return;
  if (before !== acted) {
    look();
    return;
  }
  if (status === 200 && part) takeOver(part);
  else if (status === 404) stand("This conversation is no longer there.");
  else if (status === 401) stand("You are signed out. Sign in again in a new tab.");
  else if ([403, 409].includes(status)) stand(said);
}

const look = soon(lookNow, 60);

const MUTE = "Your role was changed meanwhile: you may read here, and not write any more. An Owner or Admin can change that.";

// What hangs on the state: who may reply, and until when a visitor waits.
function follow() {
  const bar = at("talk-bar");
  const form = at("write-reply");
  const isQuiet = bar?.dataset.state === "closed";
  if (form && isQuiet && !form.inert) {
    const isTyped = at("reply-text").value.trim();
    form.inert = true;
    document.querySelector(".write-as").hidden = true;
    document.querySelector('[name="write_as"][value="note"]').checked = true;
    if (isTyped) toast("The conversation was closed. What you typed was not sent; it stands here as a note.", "warning");
    if (isTyped && !at("note-text").value) at("note-text").value = at("reply-text").value;
  }
  // After a sign-in elsewhere the page's token is another one.
  if (stands()) renew();
  stand(at("note-text") && bar?.matches("[data-mute]") ? MUTE : "", false);
  count();
}

function count() {
  const place = document.querySelector("[data-until]");
  if (!place) return;
  const left = Math.max(0, Math.round((new Date(place.dataset.until) - Date.now()) / 1000));
  place.textContent = left ? `in ${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}` : "now";
}

setInterval(count, 1000);

// ── What was before ─────────────────────────────────────────────────────────────────────────────────────────────────
async function stepBack() {
  const link = at("to-earlier")?.querySelector("a");
  if (!link || link.ariaBusy === "true") return false;
  link.ariaBusy = "true";
  const here = id;
  const { status, part } = await ask(`${link.dataset.earlier}?before=${link.dataset.before}`);
  if (here !== id) return false;
  link.ariaBusy = null;
  if (status !== 200) {
    toast("Earlier messages did not come. Try again.", "error");
    return false;
  }
  const fresh = part.querySelector("#entries");
  const days = [...fresh.querySelectorAll(".day-of")];
  const first = list.querySelector(".day-of");
  if (first && days[days.length - 1]?.textContent === first.textContent) first.remove();
  const height = scroll.scrollHeight;
  const top = isLow.matches ? scrollY : scroll.scrollTop;
  list.prepend(...fresh.children);
  const way = part.querySelector("#to-earlier");
  if (way) at("to-earlier").replaceWith(document.adoptNode(way));
  else at("to-earlier").remove();
  watch();
  // Where the browser measures from the end, nothing has moved.
  if (isLow.matches) scrollTo({ top: top + scroll.scrollHeight - height });
  else if (scroll.scrollTop !== top && scroll.scrollHeight !== height) scroll.scrollTop = top;
  return true;
}

let seen = null;

function watch() {
  seen?.disconnect();
  seen = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) stepBack();
  }, { root: isLow.matches ? null : scroll, rootMargin: "600px 0px 0px" });
  if (at("to-earlier")) seen.observe(at("to-earlier"));
}

addEventListener("scroll", scrolled, { passive: true });
isLow.addEventListener("change", () => {
  if (id) watch();
});

// A quote may rest on what is not shown yet.
document.addEventListener("click", async (event) => {
  const link = id && event.target.closest("a[href*='#m']");
  if (link?.matches("[data-before]")) return;
  const name = link && new URL(link.href).hash.slice(1);
  if (!link || new URL(link.href).pathname !== location.pathname || !/^m\d+$/.test(name)) return;
  event.preventDefault();
  while (!at(name) && at("to-earlier")) if (!(await stepBack())) break;
  const item = at(name);
  if (!item) return;
  // In place of where one is: Back leads to the page before. The address of the place alone may be there already.
  if (location.hash === `#${name}`) location.replace("#activity");
  location.replace(`#${name}`);
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "center" });
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("#to-earlier a");
  if (!link) return;
  event.preventDefault();
  stepBack();
});

// ── Who types, who looks ────────────────────────────────────────────────────────────────────────────────────────────
const TYPES_MS = 6000;
const typists = new Map();

function ends(who) {
  clearTimeout(typists.get(who)?.timer);
  if (typists.delete(who)) say();
}

function say() {
  const names = [...typists.values()].map((one) => one.name);
  at("typing").textContent = names.length ? `${names.join(", ")} ${names.length > 1 ? "are" : "is"} typing` : "";
}

function typing({ sender, member, name }) {
  const who = sender === "visitor" ? "visitor" : member;
  if (who === me) return;
  clearTimeout(typists.get(who)?.timer);
  const called = name ?? document.querySelector("#talk-head h1").dataset.aloud;
  typists.set(who, { name: called, timer: setTimeout(() => ends(who), TYPES_MS) });
  say();
}

const LOOKS_MS = 20_000;
let said = 0;

function form(fields) {
  const made = new FormData();
  for (const [name, value] of Object.entries(fields)) made.set(name, value);
  return made;
}

const sayLooking = soon(async () => {
  said = Date.now();
  if (isSeen() && id) await ask(`${address}/looking`, form({ seq: last() }), { quiet: true });
}, 300);

function sayLeft() {
  if (!id) return;
  const token = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
  navigator.sendBeacon(`${address}/looking`, form({ left: 1, csrfmiddlewaretoken: token }));
}

setInterval(() => {
  if (isSeen() && id && Date.now() - said >= LOOKS_MS) sayLooking();
}, 5000);
document.addEventListener("visibilitychange", () => (isSeen() ? sayLooking() : sayLeft()));
addEventListener("pagehide", sayLeft);

document.addEventListener("live", ({ detail }) => {
  if (detail.type === "again") look();
  if (detail.type === "lead" && id && [undefined, at("talk-who").dataset.lead].includes(detail.id)) look();
  if (!id || detail.id !== id) return;
  if (detail.type === "typing") typing(detail);
  else if (detail.type === "beside") look();
  else if (detail.type === "conversation" && detail.seq !== last()) {
    look();
    sayLooking();
  }
});

// ── Writing ─────────────────────────────────────────────────────────────────────────────────────────────────────────
const TELLS_MS = 3000;
let told = 0;

document.addEventListener("input", (event) => {
  if (!id || !event.target.matches("#talk .composer textarea")) return;
  keep(event.target, id);
  if (event.target.id !== "reply-text" || !event.target.value.trim() || Date.now() - told < TELLS_MS) return;
  told = Date.now();
  ask(`${address}/typing`, form({}), { quiet: true });
});
// What is written after a reply is another one.
document.addEventListener("submit", () => { told = 0; }, true);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.matches("#talk .composer textarea")) return;
  event.preventDefault();
  if (event.target.value.trim() && !stands()) event.target.form.requestSubmit();
});

function warn(item) {
  if (at("reply-error")) return;
  const note = document.createElement("p");
  note.id = "reply-warning";
  note.className = "overtaken";
  note.setAttribute("role", "alert");
  const link = document.createElement("a");
  link.href = `#${item.id}`;
  link.className = "link";
  link.textContent = "Look";
  note.append(`${item.dataset.who} answered a moment ago. `, link);
  at("reply-warning")?.remove();
  at("write-reply").append(note);
}

function refused(composer, part, sentence) {
  const area = composer.querySelector("textarea");
  composer.querySelector(".error")?.remove();
  at("reply-warning")?.remove();
  let error = part?.querySelector(`.error[id="${composer.id.slice(6)}-error"]`);
  if (!error) {
    error = document.createElement("p");
    error.className = "error";
    error.id = `${composer.id.slice(6)}-error`;
    error.setAttribute("role", "alert");
    error.textContent = sentence;
  }
  composer.append(error);
  area.setAttribute("aria-invalid", "true");
  area.focus();
}

async function send(composer, submitter) {
  if (composer.ariaBusy === "true") return;
  const area = composer.querySelector("textarea");
  const button = composer.querySelector(".tools button");
  const body = new FormData(composer, submitter?.name ? submitter : null);
  // Up to where it was read when it was written: what came since the page was made was seen here.
  if (body.has("seen")) body.set("seen", last());
  for (const [name, value] of [["after", last()], ["notes", list.dataset.notes]]) body.set(name, value);
  composer.ariaBusy = "true";
  button.ariaBusy = "true";
  const here = id;
  const name = document.querySelector("#talk-head h1").textContent;
  acts += 1;
  acted += 1;
  const { status, part, said } = await ask(composer.action, body, { quiet: true });
  acts -= 1;
  if (here !== id) {
    // Another one is open meanwhile. What was sent is no draft any more; what was not, waits there.
    if (status !== 200) toast(`Not sent to ${name}: the text waits in that conversation.`, "error");
    else if (area.value === body.get("text")) keep(area, here, "");
    return;
  }
  composer.ariaBusy = null;
  button.ariaBusy = null;
  if (status === 200 && part) {
    // What was typed meanwhile is the next one.
    if (area.value === body.get("text")) area.value = "";
    keep(area, id);
    composer.querySelector('[name$="_id"]').value = part.querySelector("#entries").dataset.name;
    composer.querySelector(".error")?.remove();
    at("reply-warning")?.remove();
    area.removeAttribute("aria-invalid");
    toEnd();
    takeOver(part);
    toEnd();
    below = 0;
    showBelow();
    area.focus();
    return;
  }
  if (part) takeOver(part);
  if (status === 401) refused(composer, null, "You are signed out. Nothing was sent; your text is kept. Sign in again in a new tab.");
  else if (part?.querySelector(".error")) refused(composer, part);
  else if (!status) refused(composer, null, "Not sent: no answer from the server. Your text is kept; try again.");
  else if (!(await standsAfter(status))) refused(composer, null, `Not sent. ${said || BROKEN} Your text is kept.`);
}

const BROKEN = "The server could not do it; try again in a moment.";

/** Whether the page stands still after this refusal, and says why itself. */
async function standsAfter(status) {
  if (status === 403) await renew();
  if ([403, 404].includes(status)) await lookNow();
  return stands();
}

// In the capture phase: before the page's own way of sending forms.
document.addEventListener("submit", async (event) => {
  const { target, submitter } = event;
  if (!id) return;
  if (target.matches("#talk .composer")) {
    event.preventDefault();
    event.stopPropagation();
    send(target, submitter);
  } else if (target.matches("[data-alive]")) {
    event.preventDefault();
    event.stopPropagation();
    if (target.ariaBusy === "true") return;
    target.ariaBusy = "true";
    submitter?.setAttribute("aria-busy", "true");
    const body = new FormData(target, submitter?.name ? submitter : null);
    for (const [name, value] of [["after", last()], ["notes", list.dataset.notes]]) body.set(name, value);
    const here = id;
    acts += 1;
    acted += 1;
    const turn = acted;
    const { status, part, said } = await ask(target.action, body, { quiet: true });
    target.ariaBusy = null;
    submitter?.removeAttribute("aria-busy");
    target.closest("dialog")?.close();
    if (part && here === id && turn === acted) takeOver(part);
    else if (part) look();
    acts -= 1;
    if (part && said) toast(said, "warning");
    if (part) return;
    if (status === 401) toast("You are signed out. Nothing was done.", "error");
    else if (!status) toast("No answer from the server. Nothing was done. Try again.", "error");
    else if (!(await standsAfter(status))) toast(said || BROKEN, "error");
  }
}, true);

/** Take up the conversation that stands on the page, if there is one. */
export function begin() {
  const talk = at("talk");
  if (!talk) return;
  ({ id, address } = talk.dataset);
  scroll = at("scroll");
  list = at("entries");
  below = 0;
  told = 0;
  scroll.addEventListener("scroll", scrolled, { passive: true });
  at("to-news").addEventListener("click", toNews);
  take(id);
  follow();
  if (isLow.matches && !location.hash) toEnd();
  watch();
  sayLooking();
}

/** Let go of it, since another follows or none. */
export function end() {
  if (!id) return;
  sayLeft();
  seen?.disconnect();
  for (const { timer } of typists.values()) clearTimeout(timer);
  typists.clear();
  id = null;
}
