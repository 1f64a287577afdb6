// The keys of the dashboard: one list, read by what handles them and by the dialog that shows them, so that no key
// works which is not shown. A key is there on pages that have what it works on; where two rows have one key, the first
// that the page has counts. Single letters can be switched off, since who speaks to the computer sets them off by talking.

const press = (found) => found.click();
const focus = (found) => found.focus();

/** The row in which the focus is, of the page's table or list. */
const row = () => document.activeElement?.closest?.("main :is(.table tbody tr, .notice-list > li, .convs > li)");
/** Where the focus goes in a row: its link, or else the first that can be pressed. */
const handle = (one) => one.querySelector(".row-link") ?? [...one.querySelectorAll("a, button:not(:disabled)")].find((found) => found.checkVisibility());

const step = (by) => () => {
  const all = [...document.querySelectorAll("main :is(.table tbody tr, .notice-list > li, .convs > li)")].filter(handle);
  const at = all.indexOf(row());
  if (all.length) handle(all[at < 0 ? 0 : Math.max(0, Math.min(at + by, all.length - 1))]).focus();
};

const ROW_WITH_HANDLE = "main :is(.table tbody tr, .notice-list > li, .convs > li) :is(a, button)";

/** Choose what to write, where there is a choice, and go there. */
const write = (what) => (found) => {
  document.querySelector(`[name="write_as"][value="${what}"]`)?.click();
  found.focus();
};

// `of`: what has to be on the page, and with `seen` to be seen there; `does` gets it. `ctrl`: with Ctrl or ⌘, and while
// typing too. `own`: it is here to be shown; what it works on handles it.
const KEYS = [
  { key: "/", says: "Search this list", of: "main .bar .search input", does: focus, seen: true },
  { key: "/", says: "Search settings", of: ".settings-search input", does: focus },
  { key: "j", says: "Next row", of: ROW_WITH_HANDLE, does: step(1), repeats: true, seen: true },
  { key: "k", says: "Row before", of: ROW_WITH_HANDLE, does: step(-1), repeats: true, seen: true },
  { key: "↓ ↑", says: "Row by row, in the list", of: "#conversations .row-link", seen: true, own: true },
  { key: "Enter", says: "Open the row", of: "#conversations .row-link", seen: true, own: true },
  { key: "j", says: "Next lead", of: "#next-lead", does: press },
  { key: "k", says: "Previous lead", of: "#previous-lead", does: press },
  { key: "c", says: "New lead", of: "#open-add", does: press },
  { key: "x", says: "Tick or untick the row", of: "main [data-pick]", does: () => row()?.querySelector("[data-pick]")?.click() },
  { key: "r", says: "Write a reply", of: "#write-reply:not([inert]) #reply-text", does: write("reply") },
  { key: "n", says: "Write a note", of: "#note-text", does: write("note") },
  { key: "a", says: "Assign", of: "#assign-this", does: press },
  { key: "t", says: "Take over", of: "#take-over", does: press },
  { key: "t", says: "Give back to the agent", of: "#give-back", does: press },
  { key: "e", says: "Close the conversation", of: "#close-this", does: press },
  { key: "e", says: "Export", of: "#open-export", does: press, seen: true },
  { key: "k", ctrl: true, says: "Search or jump to", of: "[data-open-palette]", does: press, everywhere: true },
  { key: "/", says: "Search or jump to", of: "[data-open-palette]", does: press, everywhere: true },
  { key: "?", says: "Show the keys", of: "#open-keys", does: press, everywhere: true },
];

const isMac = /^(Mac|iP)/.test(navigator.platform);
const typing = (at) => at.closest?.("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");
const inFront = () => document.querySelector("dialog[open], :popover-open");
const isSame = (one, other) => one.key === other.key && !one.ctrl === !other.ctrl;
const singleKeysAreOff = () => document.body.dataset.keys === "off";

/** The keys of this page as it is now. */
function present() {
  const here = KEYS.filter((one) => [...document.querySelectorAll(one.of)].some((found) => !one.seen || found.checkVisibility()));
  return here.filter((one, at) => here.findIndex((other) => isSame(one, other)) === at);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.altKey || inFront()) return;
  const ctrl = isMac ? event.metaKey : event.ctrlKey;
  if (!ctrl && (event.metaKey || event.ctrlKey || typing(event.target) || singleKeysAreOff())) return;
  const key = event.shiftKey ? event.key : event.key.toLowerCase();
  const one = present().find((other) => !other.own && isSame(other, { key, ctrl }));
  if (!one || (event.repeat && !one.repeats)) return;
  event.preventDefault();
  one.does(document.querySelector(one.of));
});

// ── The dialog that shows them ──────────────────────────────────────────────────────────────────────────────────────
function made(name, text = "", classes = "") {
  const element = document.createElement(name);
  element.textContent = text;
  if (classes) element.className = classes;
  return element;
}

function shown(one) {
  const term = made("dt");
  const names = [...(one.ctrl ? [isMac ? "⌘" : "Ctrl"] : []), one.ctrl ? one.key.toUpperCase() : one.key];
  term.append(...names.map((name) => made("kbd", name)));
  const pair = made("div", "", one.ctrl ? "" : "single");
  pair.append(term, made("dd", one.says));
  return pair;
}

document.addEventListener("htmx:afterSwap", () => {
  const place = document.querySelector("[data-keys-shown]:empty");
  if (!place) return;
  for (const [title, everywhere] of [["On this page", false], ["Everywhere", true]]) {
    const some = present().filter((one) => !one.everywhere === !everywhere);
    if (!some.length) continue;
    const list = made("dl", "", "keys");
    list.append(...some.map(shown));
    place.append(made("h3", title), list);
  }
});

// The switch: from the moment it is kept, without a new page; what could not be kept goes back.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id !== "single-keys-form") return;
  const tick = event.target.elements.single_keys;
  if (event.detail.successful) document.body.dataset.keys = tick.checked ? "on" : "off";
  else tick.checked = !tick.checked;
});

// The rail's button names the key of this system.
if (isMac) document.querySelectorAll("[data-open-palette] kbd").forEach((kbd) => { kbd.textContent = "⌘ K"; });
