// Parts of a page made anew by the server: asked for as the bell asks, so that a session that has ended takes nobody
// away from what they type, and put in place where they differ.

const headers = () => {
  const { account, member } = document.body.dataset;
  return { "HX-Request": "true", "X-Account": account, "X-Member": member };
};

/** What the server answers: {status, part, said}; status 0 where it did not, part a fragment where it is HTML. `said` is
    the sentence of a refusal: a toast, or with `quiet` the caller's to show. */
export async function ask(address, body, { quiet = false } = {}) {
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];
  const sent = body ? { method: "POST", body, headers: { ...headers(), "X-CSRFToken": token } } : { headers: headers() };
  let answer;
  try {
    answer = await fetch(address, { ...sent, redirect: "manual", signal: AbortSignal.timeout(20_000) });
  } catch {
    answered(false);
    return { status: 0, part: null, said: "" };
  }
  answered(![502, 503, 504].includes(answer.status));
  const told = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}");
  for (const [type, detail] of Object.entries(told)) if (!quiet || type !== "toast") document.dispatchEvent(new CustomEvent(type, { detail }));
  const isPage = answer.headers.get("Content-Type")?.startsWith("text/html");
  const text = isPage ? await answer.text().catch(() => "") : "";
  return { status: answer.type === "opaqueredirect" ? 401 : answer.status, part: text ? parsed(text) : null, said: told.toast?.text ?? "" };
}

// Whether there was an answer, for who tells of a connection that is gone (live.js).
const answered = (isThere) => document.dispatchEvent(new CustomEvent("answered", { detail: isThere }));

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Tokens of forms are another text in each answer.
const comparable = (element) => element.outerHTML.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "").replace(/\s+/g, " ");

// What the address names is another element now; on phones it says which part is shown. Nothing is scrolled by that.
function aim(id) {
  const tops = [];
  for (let at = document.getElementById(id); at; at = at.parentElement) tops.push([at, at.scrollTop]);
  location.replace(`#${id}`);
  for (const [at, top] of tops) at.scrollTop = top;
}

/** Put one element in another's place, if it differs; the focus stays where it was, or at what has its id. */
export function replace(old, fresh) {
  const was = kept.get(old) ?? comparable(old);
  const now = comparable(fresh);
  if (was === now || old.querySelector(":popover-open")) return old;
  const at = old.contains(document.activeElement) ? document.activeElement : null;
  const aimed = old.matches(":target") ? old : old.querySelector(":target");
  const element = document.adoptNode(fresh);
  kept.set(element, now);
  old.replaceWith(element);
  window.htmx?.process(element);
  if (aimed && location.hash === `#${aimed.id}`) aim(aimed.id);
  if (at) (at.id && document.getElementById(at.id) ? document.getElementById(at.id) : element.querySelector("a, button") ?? element).focus({ preventScroll: true });
  return element;
}
const kept = new WeakMap();

/** Everything of `part` that the page has under the same id and marked as fresh. */
export function refresh(part) {
  for (const fresh of [...part.querySelectorAll("[data-fresh][id]")]) {
    const old = document.getElementById(fresh.id);
    if (old) replace(old, fresh);
  }
}

/** Call `act` soon, and once for whatever comes within `ms`; a call that comes while it runs follows it. */
export function soon(act, ms) {
  let timer = 0;
  let running = false;
  let wanted = false;
  const run = async () => {
    timer = 0;
    if (running) {
      wanted = true;
      return;
    }
    running = true;
    try {
      await act();
    } finally {
      running = false;
    }
    if (wanted) {
      wanted = false;
      go();
    }
  };
  const go = () => {
    timer ||= setTimeout(run, ms);
  };
  return go;
}
