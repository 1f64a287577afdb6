// Search or jump to: a combobox over what the server gave for this member, the buttons that this page has, and, from
// three letters on, leads. Its dialog is asked for when it is first opened, and then kept.
import { openDialog } from "./dialog.js";

// The server refuses fewer; two Chinese, Japanese or Korean ones are enough for it.
const isEnough = (text) => [...text].length >= (/[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u.test(text) ? 2 : 3);
const PAUSE_MS = 150;
// Buttons and menu items of this page and of the account's menu. They are pressed where they stand.
const ACTS = '#main .head :is(.actions a.btn, .actions button.btn, .menu a.item, .menu button.item):not([popovertarget], [rel]), [data-act]';
const OWN = "#account-menu :is(a.item, button.item)";

const at = (id) => document.getElementById(id);
const options = () => [...at("palette-list").querySelectorAll('[role="option"]:not([hidden])')];
let active = null;
let waiting = 0;
// This page's own acts by name and address: none is offered a second time.
let twice = new Set();

document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-open-palette]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey || !at("palette")) return;
  // It is here already: neither htmx nor the link has anything to do.
  event.preventDefault();
  event.stopPropagation();
  open();
}, true);

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id === "palette-place") open();
  if (event.detail.target?.id === "palette-leads") {
    name(event.detail.target);
    show();
  }
});

function open() {
  if (document.querySelector("dialog[open]")) return;
  at("palette-text").value = "";
  at("palette-leads").replaceChildren();
  at("palette-acts").replaceChildren(...acts());
  at("palette-own").replaceChildren(...own());
  name(at("palette-list"));
  active = null;
  show();
  openDialog(at("palette"));
}

// ── What is in it ───────────────────────────────────────────────────────────────────────────────────────────────────
function option(words, icon, does) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", tabIndex: -1, does });
  made.setAttribute("role", "option");
  made.append((icon ?? at("palette-icons").children[0]).cloneNode(true), Object.assign(document.createElement("span"), { textContent: words }));
  return made;
}

const actName = (found) => found.dataset.act ?? found.textContent.trim();
const told = (name, address) => `${name} ${address}`;
const pressed = (found) => option(actName(found), found.querySelector(".icon"), () => found.click());

function acts() {
  const here = [...document.querySelectorAll(ACTS)].filter((found) => !found.disabled);
  twice = new Set(here.filter((found) => found.href).map((found) => told(actName(found), found.href)));
  return here.map(pressed);
}

function own() {
  const known = new Set([...at("palette-list").querySelectorAll("a")].map((one) => one.href));
  const items = [...document.querySelectorAll(OWN)].filter((found) => !known.has(found.href)).map(pressed);
  const themes = [...document.querySelectorAll('.themes [name="theme"]:not(:checked)')].map((radio) => {
    const words = radio.labels[0].textContent.trim().toLowerCase();
    return option(`Appearance: ${words}`, at("palette-icons").children[1], () => radio.click());
  });
  return [...themes, ...items];
}

/** Each option has an id, for the text to say which is the active one. */
function name(part) {
  const prefix = part.id;
  [...part.querySelectorAll('[role="option"]')].forEach((one, n) => { one.id = `${prefix}-${n}`; });
}

// ── Which of it fits, and in which order ────────────────────────────────────────────────────────────────────────────
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const wordsOf = (text) => text.split(/[^\p{L}\p{N}]+/u).filter(Boolean);
const begin = (words, asked) => asked.every((part) => words.some((word) => word.startsWith(part)));

/** 0: begins so; 1: its words begin so; 2: holds it; 3: with what else is said of it; else null. */
function rank(one, asked) {
  const words = plain(one.querySelector("span").textContent);
  const parts = wordsOf(asked);
  if (words.startsWith(asked)) return 0;
  if (parts.length && begin(wordsOf(words), parts)) return 1;
  if (words.includes(asked)) return 2;
  return parts.length && begin(wordsOf(`${words} ${plain(one.dataset.also ?? "")}`), parts) ? 3 : null;
}

/** Show what fits, the best first; the group of the best comes first, leads last: they arrive later, and nothing that
    is being looked at may move for them. */
function show() {
  const asked = plain(at("palette-text").value.trim());
  const offers = (one) => !twice.has(told(one.querySelector("span").textContent, one.href)) && (asked !== "" || !("typedFor" in one.dataset));
  const groups = [...at("palette-list").querySelectorAll("[data-ranked]")].map((group) => {
    const ranked = [...group.querySelectorAll('[role="option"]')].map((one, n) => {
      one.dataset.at ??= String(n);
      const found = !offers(one) ? null : asked ? rank(one, asked) : 0;
      one.hidden = found === null;
      return { one, found: found ?? Infinity, n: Number(one.dataset.at) };
    });
    ranked.sort((a, b) => a.found - b.found || a.n - b.n);
    group.querySelector("[data-options]").append(...ranked.map(({ one }) => one));
    group.hidden = ranked.every(({ one }) => one.hidden);
    return { group, best: Math.min(...ranked.map(({ found }) => found)), n: Number(group.dataset.ranked) };
  });
  groups.sort((a, b) => (asked ? a.best - b.best : 0) || a.n - b.n);
  at("palette-list").prepend(...groups.map(({ group }) => group));
  at("palette-leads-group").hidden = !at("palette-leads").children.length;
  const all = options();
  choose(all.includes(active) ? active : all[0]);
  at("palette-none").hidden = all.length > 0;
  at("palette-said").textContent = `${all.length} ${all.length === 1 ? "result" : "results"}`;
}

function choose(one) {
  active?.removeAttribute("aria-selected");
  active = one ?? null;
  active?.setAttribute("aria-selected", "true");
  if (active) at("palette-text").setAttribute("aria-activedescendant", active.id);
  else at("palette-text").removeAttribute("aria-activedescendant");
  active?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "palette-text") return;
  active = document.querySelector("#palette-list [aria-selected]");
  choose(null);
  show();
  clearTimeout(waiting);
  if (!isEnough(event.target.value.trim())) {
    askNoMore();
    at("palette-leads").replaceChildren();
    show();
  } else {
    // htmx drops the question before it (hx-sync); this only waits for a pause.
    waiting = setTimeout(() => event.target.dispatchEvent(new Event("ask")), PAUSE_MS);
  }
});

function askNoMore() {
  clearTimeout(waiting);
  at("palette-text").dispatchEvent(new Event("htmx:abort"));
}

// The event does not bubble; it is caught on its way down.
document.addEventListener("close", (event) => { if (event.target.id === "palette") askNoMore(); }, true);

// ── Choosing ────────────────────────────────────────────────────────────────────────────────────────────────────────
document.addEventListener("keydown", (event) => {
  if (event.target.id !== "palette-text" || event.isComposing) return;
  const all = options();
  const now = all.indexOf(active);
  const to = {
    ArrowDown: (now + 1) % all.length, ArrowUp: (now - 1 + all.length) % all.length, Home: 0, End: all.length - 1,
  }[event.key];
  if (to !== undefined) choose(all[to]);
  else if (event.key === "Enter" && active) go(active, event.ctrlKey || event.metaKey);
  else if (event.key !== "Enter") return;
  event.preventDefault();
});

function go(one, beside) {
  if (beside && one.href) window.open(one.href, "_blank", "noopener");
  else one.click();
}

document.addEventListener("click", (event) => {
  const one = event.target.closest?.('#palette [role="option"]');
  if (!one || event.ctrlKey || event.metaKey || event.shiftKey) return;
  at("palette").close();
  one.does?.();
});
