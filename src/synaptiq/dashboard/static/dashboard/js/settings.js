// The search of the settings: arrows go through what is found, Enter opens the first or the one in
// focus, Escape clears. What is found comes by htmx; without script the form leads to a page of it. And a setting
// that a link leads to gets the focus.
const field = document.querySelector(".settings-search input");
const found = document.getElementById("settings-found");
const links = () => [...found.querySelectorAll("a")];

function clear() {
  field.value = "";
  found.replaceChildren();
  // htmx asks for nothing then, and lets go of what it asked before.
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

document.querySelector(".settings-search").addEventListener("keydown", (event) => {
  const all = links();
  const at = all.indexOf(document.activeElement);
  if (event.key === "ArrowDown" && all.length) all[Math.min(at + 1, all.length - 1)].focus();
  else if (event.key === "ArrowUp" && at >= 0) (all[at - 1] ?? field).focus();
  else if (event.key === "Escape" && field.value) {
    clear();
    field.focus();
  } else if (event.key === "Enter" && at < 0 && all.length && found.querySelector("[data-for]").dataset.for === field.value.trim()) all[0].click();
  else return;
  event.preventDefault();
});

found.addEventListener("click", (event) => {
  // The page may be this one: then nothing else would take the list away.
  if (event.target.closest("a") && !event.ctrlKey && !event.metaKey && !event.shiftKey) setTimeout(clear);
});

function meet() {
  const place = document.getElementById(location.hash.slice(1));
  const control = place?.matches("input, select, textarea, [tabindex]") ? place : place?.closest(".field")?.querySelector("input:checked, input, select");
  control?.focus();
}

addEventListener("hashchange", meet);
meet();
