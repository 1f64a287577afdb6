// Offers a visitor the times on the clocks of the device in front of them, where those differ. Nothing is chosen for them:
// an invitation may be opened on a journey.
const offer = document.querySelector("[data-own-zone]");
const chosen = document.querySelector(".zone-form select[name=zone]");
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;

// Browsers call some zones by an older name than we do (Asia/Katmandu): what is compared is what they make of ours.
function asHere(zone) {
  try {
    return Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return zone;
  }
}

if (offer && chosen && own && own !== asHere(chosen.value)) {
  const names = [...chosen.options].map((option) => option.value);
  const zone = names.includes(own) ? own : names.find((name) => asHere(name) === own) || own;
  offer.querySelector("a").href = `${offer.dataset.ownZone}?zone=${encodeURIComponent(zone)}`;
  offer.querySelector("span").textContent = zone;
  offer.hidden = false;
}
