// What goes wrong with a request of htmx is said in a toast: the page never silently does nothing.
// A server that has a better sentence sends it itself, as HX-Trigger: {"toast": …}.
import { ask, sayOut } from "./session.js";
import { toast } from "./toast.js";

const SAYS = {
  400: "The request could not be read. Reload the page and try again.",
  403: "You may not do this.",
  404: "This is no longer there. Reload the page to see what is.",
  409: "Not possible any more: something changed meanwhile. Reload the page.",
  410: "This is no longer available.",
  413: "That is too large.",
  429: "Too many requests. Wait a moment and try again.",
  503: "The service is busy or being updated. Try again in a moment.",
};

function sentence(xhr) {
  if (SAYS[xhr.status]) return SAYS[xhr.status];
  const reference = xhr.getResponseHeader("X-Request-Id");
  return "Something went wrong on our side. Nothing was lost; try again." + (reference ? ` Reference: ${reference}` : "");
}

document.addEventListener("htmx:responseError", (event) => {
  const { xhr } = event.detail;
  if (/"toast"/.test(xhr.getResponseHeader("HX-Trigger") ?? "")) return;
  if (xhr.status === 401) sayOut();
  else toast(sentence(xhr), "error");
});

// A refusal may be of a token from before this person signed in again: the next try has a new one.
document.addEventListener("htmx:responseError", (event) => {
  if (event.detail.xhr.status === 403) ask();
});

// Who is signed out, or in no account or another one, is told once: what looks by itself looks no more.
document.addEventListener("htmx:responseError", (event) => {
  const { target, detail } = event;
  if (target.matches('#news, [hx-trigger*="every"]') && [401, 403, 409].includes(detail.xhr.status)) target.dataset.over = "";
});

document.addEventListener("htmx:beforeRequest", (event) => {
  if ("over" in event.target.dataset) event.preventDefault();
});

// A form without htmx says which account its page shows, and for whom it was made, as the headers X-Account and
// X-Member do for htmx: the session may have moved to another one in another tab.
document.addEventListener("submit", (event) => {
  const { target: form } = event;
  const { account, member } = document.body.dataset;
  if (event.defaultPrevented || !account || form.method !== "post" || form.elements.account_shown) return;
  if (!new URL(form.action, location.href).pathname.startsWith("/admin/")) return;
  for (const [name, value] of [["account_shown", account], ["member_shown", member]]) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
});

document.addEventListener("htmx:sendError", () => {
  toast("No connection to the server. Check the network and try again.", "error");
});

document.addEventListener("htmx:timeout", () => {
  toast("The server took too long to answer. Try again.", "error");
});

for (const name of ["htmx:swapError", "htmx:targetError", "htmx:onLoadError"]) {
  document.addEventListener(name, () => {
    toast("The answer could not be shown. Reload the page.", "error");
  });
}
