// A link of a group such as a list's order or its pages leads to the same page, made anew. Whoever pressed it by
// keyboard is then at that link again, or at its neighbour where it is gone, or at what `data-after` selects where the
// whole group is, and not at the top.

const KEPT = "pressed";

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-again] a[href]");
  // A click by keyboard has no detail.
  if (!link || event.detail || event.defaultPrevented || link.pathname !== location.pathname) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey) return; // It opens elsewhere.
  const group = link.closest("[data-again]");
  const place = [...group.querySelectorAll("a[href]")].indexOf(link);
  const { again, after } = group.dataset;
  const { className: kind } = link;
  keep(JSON.stringify({ path: location.pathname, again, after, place, kind, words: words(link) }));
});

// Where a browser keeps nothing for a page, focus begins at the top.
function keep(text) {
  try {
    sessionStorage.setItem(KEPT, text);
  } catch { /* nothing is kept */ }
}

function taken() {
  try {
    const text = sessionStorage.getItem(KEPT);
    sessionStorage.removeItem(KEPT);
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}

const words = (link) => link.getAttribute("aria-label") ?? link.textContent.trim();

function goOn() {
  const kept = taken();
  if (kept.path !== location.pathname) return;
  const all = [...document.querySelectorAll(`[data-again="${kept.again}"] a[href]`)];
  const links = all.filter((link) => link.className === kept.kind);
  const there = links.find((link) => words(link) === kept.words) ?? links[Math.min(kept.place, links.length - 1)];
  (there ?? document.querySelector(kept.after))?.focus({ preventScroll: true });
}

goOn();
