// How many conversations are unread: in the navigation, and before the title of the tab.
import { ask, replace, soon } from "./fresh.js";

const at = () => document.getElementById("conversations-unread");
const plain = document.title;

function entitle() {
  const figure = at().hidden ? "" : at().firstChild.textContent.trim();
  document.title = figure ? `(${figure}) ${plain}` : plain;
}

const look = soon(async () => {
  if (document.visibilityState !== "visible") return;
  const { status, part } = await ask(at().dataset.unread);
  const fresh = status === 200 && part?.querySelector("#conversations-unread");
  if (!fresh) return;
  replace(at(), fresh);
  entitle();
}, 800);

if (at()) {
  entitle();
  document.addEventListener("live", ({ detail }) => {
    if (["again", "conversation", "unread"].includes(detail.type)) look();
  });
}
