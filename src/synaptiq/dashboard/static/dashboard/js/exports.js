// The export's dialog: what it shows of a choice is busy until the answer is there, and the file that was waited for
// starts by itself, once.

function busy(event, is) {
  if (event.target.id !== "export-preview") return;
  for (const id of ["export-preview", "export-size"]) document.getElementById(id)?.setAttribute("aria-busy", is);
}

document.addEventListener("htmx:beforeRequest", (event) => busy(event, true));
document.addEventListener("htmx:afterRequest", (event) => busy(event, false));

document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  const link = root.matches?.("[data-start-download]") ? root : root.querySelector?.("[data-start-download]");
  if (!link) return;
  link.removeAttribute("data-start-download");
  // An attachment: the page stays where it is. Not link.click(), which a browser may take for a pop-up.
  location.assign(link.href);
});
