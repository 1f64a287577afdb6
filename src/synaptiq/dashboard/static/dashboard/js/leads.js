// Ticks in the list of leads: all on this page, a stretch by Shift, and telling the server what changed.
// Without this, the form beside the table sends the ticks by its own buttons.

const boxes = () => [...document.querySelectorAll("[data-pick]")];
const head = () => document.querySelector("[data-pick-all]");
let last = null;

/** The head's box says whether all, some or none of this page are ticked. */
function tally() {
  const all = boxes();
  const on = all.filter((box) => box.checked).length;
  if (!head()) return;
  head().checked = on > 0 && on === all.length;
  head().indeterminate = on > 0 && on < all.length;
}

function send() {
  document.getElementById("selection").dispatchEvent(new Event("picked", { bubbles: true }));
}

document.addEventListener("click", (event) => {
  const box = event.target.closest?.("[data-pick]");
  if (!box) return;
  const all = boxes();
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
    for (const other of all.slice(from, to + 1)) other.checked = box.checked;
  }
  last = box;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pick-all]")) {
    for (const box of boxes()) box.checked = event.target.checked;
  } else if (!event.target.matches("[data-pick]")) {
    return;
  }
  tally();
  send();
});

// Ticks are what the server has kept: those that did not reach it, or that it refused, go back.
const ticked = () => new Set(boxes().filter((box) => box.checked).map((box) => box.value));
let kept = ticked();
let sent = kept;

document.addEventListener("htmx:beforeSend", (event) => {
  if (event.target.id === "selection") sent = ticked();
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.target.id !== "selection") return;
  // 422 is a success for htmx, since its answer is swapped: it says why the ticks were refused.
  if (event.detail.successful && event.detail.xhr.status !== 422) {
    kept = sent;
    return;
  }
  for (const box of boxes()) box.checked = kept.has(box.value);
  tally();
});

document.addEventListener("htmx:afterSwap", (event) => {
  // "Clear" and "Select all that match" reach every page, this one too. Other answers must not: a tick may
  // have come since.
  const pressed = event.detail.requestConfig?.triggeringEvent?.submitter?.name;
  if (pressed !== "clear" && pressed !== "everything") return;
  for (const box of boxes()) box.checked = pressed === "everything";
  kept = sent = ticked();
  tally();
});

tally();

// What has come since: asked for while somebody looks, and said beside the count, so that no row moves.
const LOOK_SECONDS = 20;
setInterval(() => {
  const news = document.getElementById("news");
  if (news && document.visibilityState === "visible") news.dispatchEvent(new Event("look"));
}, LOOK_SECONDS * 1000);
