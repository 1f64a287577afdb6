// An export that its dialog waited for: the file starts by itself, once.

document.addEventListener("htmx:load", (event) => {
  const root = event.detail.elt;
  const link = root.matches?.("[data-start-download]") ? root : root.querySelector?.("[data-start-download]");
  if (!link) return;
  link.removeAttribute("data-start-download");
  // An attachment: the page stays where it is. Not link.click(), which a browser may take for a pop-up.
  location.assign(link.href);
});
