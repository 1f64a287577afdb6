// The session behind a page that has been open for a while: it may have ended, or be another one by now.
import { toast } from "./toast.js";

const A_WHILE_MS = 60_000;
const PATIENCE_MS = 5_000;
const opened = Date.now();
// What says that nobody is signed in, as long as that is so.
let out = null;

/**
 * Ask whose the session is, of the bell, which has little to say. "here": of this page's member, and the page has taken
 * the token that it wants; "out": of nobody; "other": of another person or account; "away": there was no answer.
 */
export async function ask() {
  const bell = document.querySelector("[data-bell]");
  if (!bell) return "away";
  const { account, member } = document.body.dataset;
  const { state } = document.getElementById("bell-state").dataset;
  const headers = { "HX-Request": "true", "X-Account": account, "X-Member": member };
  const asked = `${bell.dataset.bell}?state=${encodeURIComponent(state)}`;
  const answer = await fetch(asked, { headers, signal: AbortSignal.timeout(PATIENCE_MS) }).catch(() => null);
  if (answer?.status === 401) return "out";
  if (!answer || answer.status >= 500) return "away";
  if (answer.headers.get("X-Member") !== member) return "other";
  take(answer.headers.get("X-CSRFToken"));
  return "here";
}

// Signing in makes the token of a page void that was made before.
function take(token) {
  const headers = JSON.parse(document.body.getAttribute("hx-headers"));
  document.body.setAttribute("hx-headers", JSON.stringify({ ...headers, "X-CSRFToken": token }));
  for (const field of document.querySelectorAll('[name="csrfmiddlewaretoken"]')) field.value = token;
}

/** What is typed stays, so the way to sign in is a tab beside: this page anew, which leads there and back. */
export function sayOut() {
  out = toast("You are signed out.", "error", { text: "Sign in again (new tab)", href: location.href, beside: true });
}

document.addEventListener("visibilitychange", async () => {
  if (!out || document.visibilityState !== "visible" || (await ask()) !== "here") return;
  out.remove();
  out = null;
});

// A form without htmx leaves the page, and what was typed in it, for the sign-in where the session has ended.
const waiting = new WeakSet();
const sure = new WeakSet();
const isTyped = (form) => !form.dataset.passkey && form.querySelector('textarea, select, input:not([type="hidden"])');

document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== "post" || !isTyped(form) || sure.has(form)) return;
  if (Date.now() - opened < A_WHILE_MS || !document.querySelector("[data-bell]")) return;
  event.preventDefault();
  if (waiting.has(form)) return;
  waiting.add(form);
  submitter?.setAttribute("aria-busy", "true");
  const found = await ask();
  submitter?.removeAttribute("aria-busy");
  waiting.delete(form);
  if (found === "out") sayOut();
  else if (found === "other") toast("This page is of another account or person. Nothing was sent. Reload the page.", "error");
  else if (found === "away") toast("No answer from the server. Nothing was sent. Try again.", "error");
  else send(form, submitter);
});

function send(form, submitter) {
  sure.add(form);
  try {
    form.requestSubmit(submitter);
  } finally {
    sure.delete(form);
  }
}
