// Passkeys: a form with `data-passkey` ("create" or "get") lets the browser answer the options that stand on the page, or
// that its address gives, and sends the answer. `webauthnJSON` comes with django-allauth: options and answers as JSON.
import { ask, sayOut } from "./session.js";
import { toast } from "./toast.js";

const CANCELLED = "No passkey was used. Try it once more, or go another way.";
const KNOWN = "This device has a passkey of yours already.";
const FAILED = "This browser could not do it.";

async function options(form) {
  const given = document.getElementById("passkey-options");
  if (given) return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const act = form.dataset.passkey;
  if (!act) return;
  event.preventDefault();
  form.querySelector("[data-says]").textContent = "";
  // A device would keep one that nobody here knows.
  const found = act === "create" ? await ask() : "here";
  if (found === "out") return void sayOut();
  if (found === "other") return void toast("This page is of another account or person. Reload it.", "error");
  try {
    const answer = await webauthnJSON[act](await options(form));
    form.elements.credential.value = JSON.stringify(answer);
    form.submit();
  } catch (error) {
    const said = { NotAllowedError: CANCELLED, AbortError: CANCELLED, InvalidStateError: KNOWN };
    // In its place, since on a phone a toast lies over the buttons.
    form.querySelector("[data-says]").textContent = said[error.name] ?? FAILED;
  }
});
