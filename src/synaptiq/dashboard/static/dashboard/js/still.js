// A conversation that is open and does not go on here: it is gone, or its reader may not see it, or not write, any more.
// It says so in one place, offers nothing that would be refused, and keeps what was typed to be copied.

const at = (id) => document.getElementById(id);

/** Say why; with "" go on. What was typed can be read and marked, and not be changed. `isGone`: nothing on the page is
    sure to be so any more. */
export function stand(why, isGone = true) {
  const place = at("still");
  if (!place) return;
  const areas = [...document.querySelectorAll("#talk .composer textarea")];
  const kept = why && areas.some((area) => area.value.trim()) ? " What you typed was not sent; it stays here to be copied." : "";
  const words = why && `${why}${kept}`;
  if (place.querySelector("div").textContent === words) return;
  place.querySelector("div").textContent = words;
  place.hidden = !why;
  if (why) at("talk").dataset.still = isGone ? "gone" : "mute";
  else delete at("talk").dataset.still;
  for (const area of areas) area.readOnly = Boolean(why);
}

export const stands = () => at("talk")?.hasAttribute("data-still") ?? false;
