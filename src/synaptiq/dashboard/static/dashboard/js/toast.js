// Toasts: short messages that are seen and read out. From script by `toast(text, level)`, from the server by
// Django's messages or by the response header HX-Trigger: {"toast": {"text": "…", "level": "success"}}.

const LEAVES_AFTER_MS = 8000;
const STAYS = ["error", "warning"];

/** Say `said` as success, info, warning or error; `link` is {text, href, beside}. Returns the element.
    What stands there already is not said twice: a poll that fails would pile up its sentence. */
export function toast(said, level = "info", link = null) {
  // A name in it may hold controls of direction, which would turn the sentence around.
  const text = said.replace(/[\u202A-\u202E\u2066-\u2069]/g, "");
  const same = [...region().children].find((other) => other.dataset.text === text);
  if (same) return same;
  const shapes = document.getElementById("toast-shapes").content;
  const shape = shapes.querySelector(`[data-level="${level}"]`) ?? shapes.querySelector('[data-level="info"]');
  const element = document.importNode(shape, true);
  const place = element.querySelector("div");
  place.textContent = text;
  element.dataset.text = text;
  if (link) {
    const anchor = document.createElement("a");
    anchor.href = link.href;
    anchor.textContent = link.text;
    if (link.beside) anchor.target = "_blank";
    place.append(" ", anchor);
  }
  region().append(element);
  leaveLater(element);
  return element;
}

// A modal dialog makes the rest of the page inert, so its own region is used while it is open.
function region() {
  const dialogs = document.querySelectorAll("dialog:modal [data-toasts]");
  return dialogs[dialogs.length - 1] ?? document.querySelector("body > [data-toasts]");
}

function leaveLater(element) {
  if (STAYS.includes(element.dataset.level)) return;
  let timer;
  const start = () => { timer = setTimeout(() => element.remove(), LEAVES_AFTER_MS); };
  const stop = () => clearTimeout(timer);
  element.addEventListener("pointerenter", stop);
  element.addEventListener("pointerleave", start);
  element.addEventListener("focusin", stop);
  element.addEventListener("focusout", start);
  start();
}

document.querySelectorAll("[data-toasts] .toast").forEach(leaveLater);

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-dismiss]");
  if (button) button.closest(".toast, .note").remove();
});

document.addEventListener("toast", (event) => {
  const { text, level, href, link } = event.detail;
  toast(text, level, href ? { href, text: link ?? "Open" } : null);
});
