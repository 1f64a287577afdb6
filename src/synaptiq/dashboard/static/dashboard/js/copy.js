// Buttons that copy: `data-copy="the text"`. A toast says so, and reads it out.
import { toast } from "./toast.js";

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await write(button.dataset.copy);
    toast("Copied.", "success");
  } catch {
    toast("The browser did not allow copying. Select the text and copy it by keyboard.", "error");
  }
});

async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // Without HTTPS there is no clipboard API; the old command still works from a click.
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "vh";
  (document.querySelector("dialog:modal") ?? document.body).append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  if (!done) throw new Error("copy refused");
}
