// Agent > Preview: opens the widget, and has the turns beside it fetched anew whenever something was said in it.

window.Synaptiq = window.Synaptiq ?? [];
const say = (...call) => window.Synaptiq.push(call);
say("on", "message", (message) => {
  if (message.sender === "ai") document.body.dispatchEvent(new CustomEvent("said"));
});
// On a phone it would cover what this page says of it.
if (matchMedia("(min-width: 760px)").matches) say("open");
