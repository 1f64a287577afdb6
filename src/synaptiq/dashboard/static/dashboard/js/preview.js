// Agent > Preview: opens the widget in its frame, and has the page around it fetch the turns anew whenever something was
// said in it.

window.Synaptiq = window.Synaptiq ?? [];
const say = (...call) => window.Synaptiq.push(call);
say("on", "message", (message) => {
  if (message.sender === "ai") parent.document.body.dispatchEvent(new parent.CustomEvent("said"));
});
say("open");
