// The bell: what has come since, when the stream tells so (live.js); by itself only where that says nothing, or nothing of
// it, for minutes. Not by htmx, which would follow a session that has ended to the sign-in, away from whatever is being typed.

const LOOK_SECONDS = 120;
const PARTS = ["bell-state", "bell-panel"];
const bell = document.querySelector("[data-bell]");
const at = (id) => document.getElementById(id);
let looked = Date.now();
let going = Boolean(bell);
// Something was told while nobody looked, or while the list was being read.
let isMissed = false;

async function look() {
  if (!going) return;
  // What is being read stays as it is.
  isMissed = document.visibilityState !== "visible" || at("notices").matches(":popover-open");
  if (isMissed) return;
  looked = Date.now();
  const { state } = at("bell-state").dataset;
  const asked = `${bell.dataset.bell}?state=${encodeURIComponent(state)}`;
  // As by htmx: a refusal is then a status alone, and no page that would take what waits to be said on the next one.
  const { account, member } = document.body.dataset;
  const headers = { "HX-Request": "true", "X-Account": account, "X-Member": member };
  let answer;
  try {
    answer = await fetch(asked, { headers, redirect: "manual" });
  } catch {
    return; // No connection: the next look may have one.
  }
  // Signed out, or in another account meanwhile: this page's bell stays as it was.
  if (answer.type === "opaqueredirect" || [401, 403, 409].includes(answer.status)) going = false;
  if (answer.status === 200) show(await answer.text(), state);
}

function show(html, before) {
  // Something on the page was faster: a notification marked read, the list opened.
  if (at("bell-state").dataset.state !== before || at("notices").matches(":popover-open")) return;
  const fresh = new DOMParser().parseFromString(html, "text/html");
  for (const id of PARTS) at(id).replaceWith(document.adoptNode(fresh.getElementById(id)));
  tick();
  at("bell-said").textContent = at("bell-state").querySelector(".vh").textContent;
}

// Of a visitor who waits: how long still. Anew each second, since the last minute is worth that.
function tick() {
  for (const place of document.querySelectorAll("[data-left]")) {
    const seconds = Math.max(0, Math.round((new Date(place.dataset.left) - Date.now()) / 1000));
    const said = seconds >= 60 ? `${Math.ceil(seconds / 60)} min left` : `${seconds} s left`;
    if (place.textContent !== said) place.textContent = said;
  }
}

tick();
setInterval(tick, 1000);

const isDue = () => isMissed || Date.now() - looked >= LOOK_SECONDS * 1000;

document.addEventListener("live", ({ detail }) => {
  // What was missed meanwhile may be a notice.
  if (detail.type === "notices" || (detail.type === "again" && !detail.routine)) look();
});
setInterval(() => {
  if (isDue()) look();
}, 30_000);
document.addEventListener("visibilitychange", () => {
  if (isDue()) look();
});
