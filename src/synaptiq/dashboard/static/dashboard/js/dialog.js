// Native dialogs: opening by `command="show-modal" commandfor="id"`, closing by `command="close"`, by Esc and by a
// click beside it. What browsers of today do by themselves is only added where it is missing. A dialog
// that htmx brings into #dialogs opens at once and leaves the document when it closes.

const knowsCommands = "command" in HTMLButtonElement.prototype;
const knowsClosedBy = "closedBy" in HTMLDialogElement.prototype;

/** Open a dialog as modal, giving focus back to the opener at its end. */
export function openDialog(dialog) {
  if (dialog.open) return;
  const opener = document.activeElement;
  dialog.showModal();
  dialog.addEventListener("close", () => {
    // The browser gives focus back; where the opener is gone (its row was replaced), to its successor or the page.
    if (!opener?.isConnected) (document.getElementById(opener?.id) ?? document.getElementById("main"))?.focus();
    if (dialog.parentElement?.id === "dialogs") dialog.remove();
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
