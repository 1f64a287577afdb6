// Cards of meetings: free times to choose from, and what is booked.
import { el, format, icon, timeOf } from "./core.js";

const DAYS = 6, REST_MS = 400;
const shortDayOf = (at, zone) => format({ day: "numeric", month: "short", timeZone: zone }).format(at);

const longDayOf = (at, zone) => format({ weekday: "long", day: "numeric", month: "long", timeZone: zone }).format(at);
const partOf = (at, zone, part) => format({ [part]: part === "day" ? "numeric" : "short", timeZone: zone }).format(at);
const ownZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

// A card is drawn at once in its full height, with room where the times will stand, so that nothing moves.
export function slots(event, tools) {
  const id = `s${event.seq}`;
  let zone = ownZone(), days = [], day = 0, start = null, held = "", from = 0, resting;
  const body = el("div", { class: "times" }), zones = el("select", { id: `${id}-zone`, onchange: () => { zone = zones.value; fill(); } });
  const book = el("button", { class: "btn main", type: "submit", disabled: true }, "Choose a time");
  const hint = el("small", { role: "status" });
  const all = [...new Set([zone, "UTC", ...(Intl.supportedValuesOf?.("timeZone") ?? [])])];
  zones.append(...all.map((one) => el("option", { value: one }, one.replaceAll("_", " "))));

  const pick = (name, value, checked, words, chosen) => el("label", { class: "pick" },
    el("input", { type: "radio", name: `${id}-${name}`, value, checked, onchange: chosen }), ...words);
  function draw() {
    const shown = days[day];
    // Two rows of days at a time: whoever wants a later one turns on.
    const turn = (to, words) => el("button", { class: "link", type: "button", onclick: () => choose(to) }, words);
    body.replaceChildren(
      el("fieldset", {}, el("legend", { class: "vh" }, "Day"), el("div", { class: "picks" }, ...days.slice(from, from + DAYS).map((one, n) => {
        const at = new Date(one.starts[0]);
        return pick("day", from + n, from + n === day, [el("small", {}, partOf(at, zone, "weekday")), shortDayOf(at, zone)], () => choose(from + n));
      }))),
      days.length > DAYS ? el("div", { class: "row turn-days" }, from > 0 ? turn(from - DAYS, "Earlier days") : "", from + DAYS < days.length ? turn(from + DAYS, "Later days") : "") : "",
      el("fieldset", {}, el("legend", { class: "vh" }, `Time on ${longDayOf(new Date(shown.starts[0]), zone)}`), el("div", { class: "picks" }, ...shown.starts.map((one) =>
        pick("time", one, one === start, [timeOf(new Date(one), zone)], () => settle(one))))),
    );
    book.disabled = !start;
    book.textContent = start ? `Book ${partOf(new Date(start), zone, "weekday")} ${shortDayOf(new Date(start), zone)}, ${timeOf(new Date(start), zone)}` : "Choose a time";
    hint.textContent = held;
  }
  function choose(to, takesFocus = true) {
    [day, start, held, from] = [to, null, "", Math.floor(to / DAYS) * DAYS];
    draw();
    if (takesFocus) body.querySelector(`[value="${to}"]`)?.focus();
  }
  async function fill(words = "") {
    try {
      const got = await tools.net.get(`slots?${new URLSearchParams({ zone, ...(tools.conversation() && { conversation_id: tools.conversation() }) })}`);
      days = got.days;
      zones.value = zone;
      [day, start, held, from] = [0, null, words, 0];
      const suggested = words ? null : got.suggested, said = days.findIndex((one) => one.starts.includes(suggested?.starts_at));
      if (said >= 0) {
        // Where the visitor has said when: there, and kept if it can only be that one.
        choose(said, false);
        if (suggested.is_it) settle(suggested.starts_at, false);
        else if (suggested.is_near) hint.textContent = held = "Nothing is free then. This is nearest.";
      } else if (days.length) draw();
      else body.replaceChildren(el("small", {}, "No time is free at the moment. Write when it suits you."));
    } catch (error) {
      body.replaceChildren(el("small", { class: "bad" }, "The times could not be loaded. "), el("button", { class: "link", type: "button", onclick: () => fill() }, "Try again"));
    }
  }
  function settle(one, takesFocus = true) {
    start = one;
    held = "";
    draw();
    if (takesFocus) body.querySelector(`[value="${one}"]`)?.focus();
    // Who goes over the times by keyboard means the one at which they rest.
    clearTimeout(resting);
    resting = setTimeout(() => hold(one), REST_MS);
  }
  async function hold(one) {
    tools.picked();
    try {
      const got = await tools.net.post("slots/hold", { starts_at: one, zone, ...(tools.conversation() && { conversation_id: tools.conversation() }) });
      if (start !== one) return;
      held = `Held for you until ${timeOf(new Date(got.held_until))}`;
      hint.textContent = held;
    } catch (error) {
      if (error.code === "slot_taken") await fill("Somebody else just took that time. These are free.");
      else hint.textContent = "Not held. You can still try to book it.";
    }
  }
  fill();
  const made = el("form", { class: "card", part: "card", onsubmit: (press) => {
    press.preventDefault();
    if (!start) return;
    const at = new Date(start);
    tools.say(`${longDayOf(at, zone)}, ${timeOf(at, zone)} (${zone})`, { slot: { starts_at: start, zone } });
  } }, el("b", {}, `${event.slots.minutes} minutes with ${event.slots.name}`),
  el("div", { class: "zone" }, el("label", { for: `${id}-zone` }, "Times in"), zones), body, book, hint);
  // Whoever does something with it has opened the scheduler; that it stands there says nothing.
  for (const use of ["pointerdown", "focusin"]) made.addEventListener(use, () => tools.opened(), { once: true });
  return made;
}

const told = new Map();

/** The meeting of an event. What was told of it before only says what was. */
export function booked({ seq, meeting }, isTest) {
  const all = told.get(meeting.id) ?? new Map();
  told.set(meeting.id, all.set(seq, { meeting }));
  const last = Math.max(...all.keys());
  for (const [place, one] of all) {
    const now = place < last ? all.get(last).meeting : null;
    if (one.card && one.now === now) continue;
    const card = cardOf(one.meeting, isTest, now);
    one.card?.replaceWith(card);
    Object.assign(one, { card, now });
  }
  return all.get(seq).card;
}

function cardOf(meeting, isTest, now) {
  const state = now ? (now.starts_at === meeting.starts_at ? now.state : "rescheduled") : meeting.state;
  const from = new Date(meeting.starts_at), to = new Date(meeting.ends_at), { zone } = meeting;
  const links = [];
  if (state === "booked" && !now) {
    if (safe(meeting.ics_url)) links.push(el("a", { class: "btn", href: safe(meeting.ics_url), target: "_blank", rel: "noopener" }, "Add to calendar"));
    if (safe(meeting.manage_url)) links.push(el("a", { class: "btn", href: safe(meeting.manage_url), target: "_blank", rel: "noopener" }, "Move or cancel"));
  }
  const words = { booked: "Booked", rescheduled: "Moved", cancelled: "Cancelled" }[state] ?? "Meeting";
  return el("section", { class: "card", part: "card", "aria-label": `Meeting: ${words}` },
    el("div", { class: "date" },
      el("div", { class: "leaf", "aria-hidden": "true" }, el("b", {}, partOf(from, zone, "month")), partOf(from, zone, "day")),
      el("div", {}, el("p", { class: "ok" }, icon(state === "cancelled" ? "x" : "check"), words),
        el("b", {}, longDayOf(from, zone), el("br"), `${timeOf(from, zone)}–${timeOf(to, zone)}, ${zone.replaceAll("_", " ")}`),
        el("small", {}, `With ${meeting.name}.`, meeting.email && !isTest && !now ? ` The invitation is on its way to ${meeting.email}.` : ""))),
    links.length > 0 && el("div", { class: "row" }, ...links));
}

function safe(address) {
  try {
    const url = new URL(address);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
