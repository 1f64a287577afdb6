// Working hours: ranges are added, removed and copied to other days. Without script each day has a row more than it
// needs, and an end is read by the server alone.
const week = document.querySelector("[data-hours]");
const said = document.getElementById("hours-said");
const HOUR = 60, DAY = 24 * HOUR;

const minute = (clock) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3, 5));
const clock = (at) => `${String(Math.floor(at / 60) % 24).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
const rows = (day) => [...day.querySelectorAll(".span:not(.spare)")];
const times = (row) => [...row.querySelectorAll("input")];
const toggle = (day) => day.querySelector(".switch input");

// What stands ready for whoever has no script is a pattern for the next row here.
const patterns = new Map([...week.querySelectorAll("[data-day]")].map((day) => {
  const pattern = (day.querySelector(".spare") ?? day.querySelector(".span")).cloneNode(true);
  pattern.classList.remove("spare");
  for (const error of pattern.querySelectorAll(".error")) error.remove();
  for (const input of times(pattern)) { input.removeAttribute("aria-invalid"); input.removeAttribute("aria-describedby"); }
  day.querySelector(".spare")?.remove();
  return [day, pattern];
}));

function append(day, from, to) {
  const row = patterns.get(day).cloneNode(true);
  const [first, last] = times(row);
  [first.value, last.value] = [from, to];
  const spans = day.querySelector(".spans"), after = rows(day).at(-1);
  if (after) after.after(row);
  else spans.prepend(row);
  return row;
}

function bound(day) {
  const add = day.querySelector("[data-add]");
  add.disabled = rows(day).length >= Number(add.dataset.add);
}

/** The next range begins an hour after the last, as far as the day goes. */
function next(day) {
  const ends = rows(day).map((row) => times(row)[1].value).filter(Boolean).map((one) => minute(one) || DAY);
  const from = Math.max(...ends, 8 * HOUR) + HOUR;
  return ends.length && from < DAY ? [clock(from), clock(Math.min(from + HOUR, DAY))] : ends.length ? ["", ""] : ["09:00", "17:00"];
}

week.addEventListener("click", (event) => {
  const day = event.target.closest("[data-day]"), pressed = event.target.closest("button");
  if (!day || !pressed) return;
  if (pressed.matches("[data-add]")) {
    const row = append(day, ...next(day));
    times(row)[0].focus();
  } else if (pressed.matches("[data-remove]")) {
    const row = pressed.closest(".span"), before = row.previousElementSibling;
    if (rows(day).length === 1) {
      // No hours are a day off; they come back with the switch.
      toggle(day).checked = false;
      toggle(day).focus();
    } else {
      row.remove();
      (before?.matches(".span") ? times(before)[0] : times(rows(day)[0])[0]).focus();
    }
    said.textContent = `Removed on ${day.dataset.label}.`;
  } else if (pressed.matches("[data-copy]")) {
    copy(day, pressed.closest("[popover]"));
  }
  bound(day);
});

function copy(day, menu) {
  const ticked = [...menu.querySelectorAll("input:checked")];
  const from = rows(day).map((row) => times(row).map((one) => one.value));
  for (const tick of ticked) {
    const other = week.querySelector(`[data-day="${tick.value}"]`);
    for (const row of rows(other)) row.remove();
    other.querySelector(".spans > .error")?.remove();
    for (const pair of from) append(other, ...pair);
    toggle(other).checked = true;
    bound(other);
    tick.checked = false;
  }
  if (ticked.length) said.textContent = `Copied to ${ticked.map((tick) => week.querySelector(`[data-day="${tick.value}"]`).dataset.label).join(", ")}.`;
  menu.hidePopover();
}

// A day that is switched on has hours to begin with.
week.addEventListener("change", (event) => {
  if (!event.target.matches(".switch input") || !event.target.checked) return;
  const day = event.target.closest("[data-day]");
  if (!rows(day).length) append(day, "09:00", "17:00");
  bound(day);
});

// Half a time is sent as none: whoever wrote it is asked for the rest.
week.closest("form").addEventListener("submit", (event) => {
  const half = [...week.querySelectorAll('input[type="time"]')].find((one) => one.validity.badInput && one.checkVisibility());
  if (!half) return;
  event.preventDefault();
  half.reportValidity();
});

for (const day of patterns.keys()) bound(day);
week.querySelector('[aria-invalid="true"]')?.focus();
