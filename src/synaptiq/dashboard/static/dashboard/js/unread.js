// How many conversations are unread: in the navigation, before the title of the tab, and as a dot on its icon.
import { ask, replace, soon } from "./fresh.js";

const at = () => document.getElementById("conversations-unread");
let before = "";

const icon = document.querySelector('link[rel="icon"]');
const plainIcon = icon?.href;

// The rest of the title is the page's, which may write it anew: a lead that is given another name.
function entitle() {
  const figure = at().hidden ? "" : at().firstChild.textContent.trim();
  const plain = document.title.startsWith(before) ? document.title.slice(before.length) : document.title;
  before = figure ? `(${figure}) ` : "";
  if (document.title !== before + plain) document.title = before + plain;
  const wanted = figure && icon?.dataset.news ? new URL(icon.dataset.news, location.href).href : plainIcon;
  if (icon && icon.href !== wanted) icon.href = wanted;
}

const look = soon(async () => {
  if (document.visibilityState !== "visible") return;
  const { status, part } = await ask(at().dataset.unread, null, { quiet: Boolean(document.getElementById("talk")) });
  const fresh = status === 200 && part?.querySelector("#conversations-unread");
  if (!fresh) return;
  replace(at(), fresh);
  entitle();
}, 800);

if (at()) {
  entitle();
  new MutationObserver(entitle).observe(document.querySelector("title"), { childList: true });
  document.addEventListener("live", ({ detail }) => {
    if (["again", "conversation", "unread"].includes(detail.type)) look();
  });
}
