// The menu, and what stands in place of the composer for a moment: the question before anything is remembered, the
// address for the transcript, and what deleting does before it is done.
import { el, icon, privacy, SHAPES } from "./core.js";

Object.assign(SHAPES, {
  mail: "M2.5 4.500h15v11h-15zm.5 1.5 7 5 7-5",
  person: "M10 3.500a3 3 0 1 1 0 6 3 3 0 0 1 0-6M4 16.500c.6-3.3 3-5 6-5s5.4 1.7 6 5",
  trash: "M4 6h12M8 6V3.500h4V6M5.7 6l.7 10.500h7.200L14.3 6",
  keep: "M5.5 3.500h9v13L10 13l-4.5 3.500z",
  end: "M3.5 10h9M9 6.500l3.5 3.500L9 13.500M12 3.500h4.500v13H12",
});

/** The menu's buttons, for where the conversation is at this moment. */
export function entries(chat) {
  const { talk, store, net } = chat, began = Boolean(talk.conversation), isOpen = began && !talk.isClosed;
  const entry = (shape, words, pressed, kind) => el("button", { class: kind, type: "button", onclick: () => { chat.openMenu(false); pressed(); } }, icon(shape), words);
  const ask = (path) => net.post(path, {}).catch((error) => chat.note(error.status ? error.message : "No connection. Try again."));
  return [
    isOpen && talk.state === "ai" && entry("person", "Talk to a person", () => ask("person")),
    began && !store.isGiven && entry("mail", "Send me the transcript", () => chat.paneShow(transcript(chat))),
    store.asks && entry("keep", store.remembers ? "Forget it on this device" : "Remember this chat", () => {
      store.keep(!store.remembers);
      chat.note(store.remembers ? "This chat is remembered on this device." : "Nothing is kept on this device any more. The chat ends when you leave this page.");
    }),
    isOpen && entry("end", "End this chat", () => chat.paneShow(end(chat, () => ask("close")))),
    !store.isGiven && entry("trash", "Delete my data", () => chat.paneShow(erase(chat)), "bad"),
  ].filter(Boolean);
}

let count = 0;

/** A pane with a heading; `chat.paneDone()` brings the composer back. */
function sheet(title, words, ...rest) {
  const id = `a${++count}`;
  return el("section", { class: "ask", "aria-labelledby": id }, el("h2", { id, tabindex: "-1" }, title), words && el("p", {}, words), ...rest);
}

const row = (...buttons) => el("div", { class: "row" }, ...buttons);
const button = (words, pressed, kind = "btn") => el("button", { class: kind, type: "button", onclick: pressed }, words);

export function consent(chat) {
  const { company, remember_days: days, privacy_url: address } = chat.config;
  const decide = (yes) => { chat.store.keep(yes); chat.paneDone(); };
  return sheet("May we remember this chat?",
    `${company} would like to keep it on this device for ${days} ${days === 1 ? "day" : "days"}, so that you can come back to it. Otherwise nothing is left on this device once you leave this page.`,
    row(button("Remember it", () => decide(true)), button("Only this once", () => decide(false))),
    el("small", {}, "You can change this or delete everything in the menu. ", privacy(address)));
}

function transcript(chat) {
  const { net, talk } = chat, done = () => chat.paneDone();
  // The address that was given in this chat need not be typed again.
  const email = talk.events.map((event) => event.sender === "visitor" && event.text.match(/^Email: (\S+@\S+)$/m)?.[1]).findLast?.(Boolean);
  const wrong = el("small", { class: "bad", id: "t-wrong", role: "alert" });
  const input = el("input", { id: "t-email", type: "email", autocomplete: "email", inputmode: "email", dir: "ltr", maxlength: 300, placeholder: "name@company.com", value: email || null, "aria-describedby": "t-wrong" });
  const submit = el("button", { class: "btn main", type: "submit" }, "Send");
  const send = async (press) => {
    press.preventDefault();
    submit.disabled = true;
    try {
      await net.post("transcript", { email: input.value.trim(), conversation_id: talk.conversation });
      chat.note(`The transcript is on its way to ${input.value.trim()}.`);
      done();
    } catch (error) {
      wrong.textContent = error.status ? error.message.replace(/^email:?\s*/i, "") : "No connection. Try again.";
      submit.disabled = false;
      input.focus();
    }
  };
  return sheet("Send me the transcript", null, el("form", { class: "stack", novalidate: true, onsubmit: send },
    el("label", { for: "t-email" }, "Your email"), input, wrong, row(button("Cancel", done), submit)));
}

function erase(chat) {
  const erased = () => { chat.paneDone(); chat.reset(); chat.note("Your data is deleted."); };
  const wrong = el("small", { class: "bad", role: "alert" });
  const press = async (event) => {
    event.target.disabled = true;
    try {
      await chat.net.post("erase", {});
      erased();
    } catch (error) {
      if (error.status === 401) return erased();
      wrong.textContent = error.status ? `Nothing was deleted. ${error.message}` : "Nothing was deleted: no connection. Try again.";
      event.target.disabled = false;
    }
    return null;
  };
  return sheet("Delete your data?", "All that you wrote in this chat is deleted for good, at once. Your name and how to reach you leave our lists now, and our system after 30 days. Files that were made before are not called back.",
    row(button("Keep it", () => chat.paneDone()), button("Delete it all", press, "btn main bad-fill")), wrong);
}

function end(chat, finish) {
  return sheet("End this chat?", "What you write afterwards begins another one.", row(button("Go on", () => chat.paneDone()), button("End it", () => { chat.paneDone(); finish(); }, "btn main")));
}
