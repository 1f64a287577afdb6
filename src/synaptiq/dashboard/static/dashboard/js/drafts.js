// What is typed into a conversation's fields: kept until it is sent, for who typed it alone, and counted.

const { account, member } = document.body.dataset;
const nameOf = (area, of) => `draft ${account} ${member} ${of} ${area.id}`;
const SAYS_FROM = 400;

// At a shared screen another member may have signed in in this tab.
try {
  const others = Object.keys(sessionStorage).filter((name) => name.startsWith(`draft ${account} `) && !name.startsWith(`draft ${account} ${member} `));
  for (const name of others) sessionStorage.removeItem(name);
} catch { /* nothing was kept */ }

/** Keep what stands in a field of the conversation `of`; "" is kept no more. */
export function keep(area, of, text = area.value) {
  try {
    if (text) sessionStorage.setItem(nameOf(area, of), text);
    else sessionStorage.removeItem(nameOf(area, of));
  } catch { /* nothing is kept */ }
  count(area);
}

/** Fill the fields of the conversation `of` with what was kept. */
export function take(of) {
  for (const area of document.querySelectorAll("#talk .composer textarea")) {
    try {
      area.value ||= sessionStorage.getItem(nameOf(area, of)) ?? "";
    } catch { /* nothing was kept */ }
    count(area);
  }
}

// As the server counts: without blanks around it, a character for each, however many units it takes.
function count(area) {
  const place = area.form.querySelector(".left");
  const left = Number(area.dataset.most) - [...area.value.trim()].length;
  const figure = Math.abs(left).toLocaleString("en");
  const many = figure === "1" ? "character" : "characters";
  if (left > SAYS_FROM) place.textContent = "";
  else place.textContent = left < 0 ? `${figure} ${many} too many` : `${figure} ${many} left`;
  place.classList.toggle("over", left < 0);
}
