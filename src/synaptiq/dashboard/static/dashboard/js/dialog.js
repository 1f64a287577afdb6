// Native dialogs: opening by `command="show-modal" commandfor="id"`, closing by `command="close"`, by Esc and by a
// click beside it. What browsers of today do by themselves is only added where it is missing. A dialog
// that htmx brings into #dialogs opens at once and leaves the document when it closes.

const knowsCommands = "command" in HTMLButtonElement.prototype;
const knowsClosedBy = "closedBy" in HTMLDialogElement.prototype;

// What opened the dialog in #dialogs. One that the server sends again, with its faults, takes the place of the first, and
// nothing has the focus then.
let first = null;

/** Open a dialog as modal, giving focus back to the opener at its end. */
export function openDialog(dialog) {
  if (dialog.open) return;
  const brought = dialog.parentElement?.id === "dialogs";
  const before = document.activeElement;
  const opener = brought && first && before === document.body ? first : before;
  if (brought) first = opener;
  dialog.showModal();
  dialog.addEventListener("close", () => {
    // The browser gives focus back; where the opener is gone (its row was replaced), to its successor or the page.
    if (!opener?.isConnected) (document.getElementById(opener?.id) ?? document.getElementById("main"))?.focus();
    else if (opener !== before) opener.focus();
    if (!brought) return;
    first = null;
    dialog.remove();
  }, { once: true });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[command][commandfor]");
  if (button && !knowsCommands) {
    const dialog = document.getElementById(button.getAttribute("commandfor"));
    if (!(dialog instanceof HTMLDialogElement)) return;
    if (button.getAttribute("command") === "show-modal") openDialog(dialog);
    else dialog.close();
  }
  if (!knowsClosedBy && event.target instanceof HTMLDialogElement && event.target.getAttribute("closedby") === "any") {
    const box = event.target.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) event.target.close();
  }
});

// A dialog that is on its way: what was pressed is busy meanwhile, or the button of the menu that it was in. The line
// along its edge shows when that takes longer than a moment (controls.css); longer still, the dialog's shape stands
// there, and closing it calls the request back.
const SKELETON_AFTER_MS = 400;
const awaited = new WeakMap();

function showSkeleton(request) {
  if (document.querySelector("dialog[open]")) return null;
  const shape = document.getElementById("dialog-skeleton").content.firstElementChild.cloneNode(true);
  document.getElementById("dialogs").replaceChildren(shape);
  shape.addEventListener("close", () => request.abort(), { once: true });
  shape.querySelector("[data-give-up]").addEventListener("click", () => shape.close());
  openDialog(shape);
  return shape;
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target?.id !== "dialogs") return;
  const { xhr } = event.detail;
  const pressed = event.target.querySelector(".btn.primary") ?? event.target;
  const menu = pressed.closest("[popover]")?.id;
  const button = menu ? document.querySelector(`[popovertarget="${menu}"]`) : pressed;
  button?.setAttribute("aria-busy", "true");
  const wait = { button, timer: setTimeout(() => { wait.shape = showSkeleton(xhr); }, SKELETON_AFTER_MS) };
  awaited.set(xhr, wait);
});

document.addEventListener("htmx:beforeSwap", (event) => clearTimeout(awaited.get(event.detail.xhr)?.timer));

document.addEventListener("htmx:afterRequest", (event) => {
  const { button, timer, shape } = awaited.get(event.detail.xhr) ?? {};
  if (!timer) return;
  clearTimeout(timer);
  button?.removeAttribute("aria-busy");
  // What brought no dialog (a fault, another page) leaves none; the shape of another request stays.
  if (shape?.isConnected) shape.close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.id !== "dialogs") return;
  const dialog = document.querySelector("#dialogs > dialog");
  if (dialog) openDialog(dialog);
});

// The server may close what it has dealt with: HX-Trigger: "close-dialog".
document.addEventListener("close-dialog", () => {
  document.querySelectorAll("dialog:modal").forEach((dialog) => dialog.close());
});

document.querySelectorAll("dialog[data-open]").forEach(openDialog);
