// One lead: fields that turn into forms and back, tags and notes by keyboard, members after an @. The page works
// without this, by small pages of their own.

const at = (id) => document.getElementById(id);

// What was done is said to ears, and beside the heading of the fields to eyes.
document.addEventListener("said", (event) => {
  const { text } = event.detail;
  // The same sentence twice would not be read out the second time.
  at("said").textContent = at("said").textContent === text ? `${text} ` : text;
  at("saved").textContent = /saved|added|removed/.test(text) ? "Saved" : "";
});

// ── Fields ──────────────────────────────────────────────────────────────────────────────────────────────────────────
// The row that was swapped: its value's height, kept by the form, and whether the focus was in it.
let left = null;

document.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (!target.matches?.(".prop, .memo, #composer")) return;
  left = { id: target.id, height: target.querySelector("dd")?.offsetHeight, focused: target.contains(document.activeElement) };
});

document.addEventListener("htmx:load", (event) => {
  const row = event.detail.elt;
  row.querySelector?.("[data-arrived]")?.focus();
  if (row.matches?.("[data-arrived]")) row.focus();
  if (!left || row.id !== left.id) return;
  const { height, focused } = left;
  left = null;
  const control = row.querySelector(".edit [name=value], .note-edit textarea");
  // Not on the row itself: htmx gives the next element of an id the attributes of the one before.
  if (row.matches(".editing")) {
    row.querySelector("dd").style.minHeight = `${height}px`;
    at("saved").textContent = "";
  }
  if (row.id === "composer") at("note-text").focus();
  else if (row.id === "prop-tags") at("add-tag").focus();
  else if (control) {
    control.focus();
    // All of it: typing replaces it, an arrow key goes on.
    if (control.matches("input:not([type=date])")) control.select();
    else control.selectionStart = control.value?.length;
  } else if (focused) (row.querySelector(".pencil") ?? row).focus();
});

document.addEventListener("click", (event) => {
  const value = event.target.closest?.(".prop > dd");
  // Not where a text is being marked, to be copied.
  if (!value || event.target.closest("a, button, form") || String(getSelection())) return;
  value.querySelector(".pencil")?.click();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing || event.defaultPrevented) return;
  const cancel = event.target.closest?.(".edit, .note-edit")?.querySelector("[data-cancel]");
  if (!cancel) return;
  event.preventDefault();
  cancel.click();
});

// What is being typed into a note stays, whatever comes anew around it.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
  if (event.detail.target.id === "stream" && document.querySelector("#stream .note-edit")) event.detail.shouldSwap = false;
});

// ── Tags ────────────────────────────────────────────────────────────────────────────────────────────────────────────
document.addEventListener("keydown", (event) => {
  if (event.key !== "Backspace" || event.repeat || event.target.id !== "add-tag" || event.target.value) return;
  const buttons = event.target.form.querySelectorAll("[name=remove]");
  if (!buttons.length) return;
  event.preventDefault();
  buttons[buttons.length - 1].click();
});

// ── Notes ───────────────────────────────────────────────────────────────────────────────────────────────────────────
const listOf = (area) => at(area.getAttribute("aria-controls"));
const shown = (list) => [...list.children].filter((one) => !one.hidden);
const MOST = 6;

/** What stands between an @ that begins a word and the caret; null where there is none. */
function asked(area) {
  return /(?:^|\s)@([^\s@]*)$/.exec(area.value.slice(0, area.selectionStart))?.[1].toLowerCase() ?? null;
}

function propose(area) {
  const list = listOf(area);
  const word = area.selectionStart === area.selectionEnd ? asked(area) : null;
  let left = word === null ? 0 : MOST;
  for (const one of list.children) {
    one.hidden = !(left > 0 && one.textContent.toLowerCase().includes(word));
    if (!one.hidden) left -= 1;
  }
  list.hidden = !shown(list).length;
  choose(area, list.hidden ? null : shown(list)[0]);
}

function choose(area, option) {
  for (const one of listOf(area).children) one.setAttribute("aria-selected", one === option);
  if (option) area.setAttribute("aria-activedescendant", option.id);
  else area.removeAttribute("aria-activedescendant");
}

function close(area) {
  listOf(area).hidden = true;
  choose(area, null);
}

function mention(area, option) {
  const end = area.selectionStart;
  const start = end - asked(area).length;
  area.setRangeText(`${option.dataset.email} `, start, end, "end");
  close(area);
  area.focus();
}

document.addEventListener("input", (event) => {
  if (event.target.matches("[data-mentions]")) propose(event.target);
});

document.addEventListener("focusout", (event) => {
  if (event.target.matches("[data-mentions]")) close(event.target);
});

document.addEventListener("pointerdown", (event) => {
  const option = event.target.closest?.(".mentions [role=option]");
  if (!option) return;
  event.preventDefault();
  mention(document.querySelector(`[aria-controls="${option.parentElement.id}"]`), option);
});

// In the capture phase: a list that is open takes the keys before the form does.
document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches?.("[data-mentions]") || event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    area.form.requestSubmit();
    return;
  }
  const list = listOf(area);
  if (list.hidden) return;
  const options = shown(list);
  const now = options.findIndex((one) => one.getAttribute("aria-selected") === "true");
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  if (event.key in steps) choose(area, options[(now + steps[event.key] + options.length) % options.length]);
  else if (event.key === "Enter" || event.key === "Tab") mention(area, options[now]);
  else if (event.key === "Escape") close(area);
  else return;
  event.preventDefault();
}, true);
