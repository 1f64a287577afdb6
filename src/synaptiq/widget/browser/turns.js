// The log as elements. What has not changed keeps its element: nothing that is read or typed in is drawn anew.
import { dayOf, el, icon, timeOf, withLinks } from "./core.js";

/** Draws `talk` into a list. `about` has the agent's name and the company's. */
export class Turns {
  constructor(list, talk, about, tools) {
    Object.assign(this, { list, talk, about, tools });
    this.drawn = new Map();
  }

  draw() {
    const wanted = this.#wanted();
    let place = this.list.firstChild;
    for (const { key, sign, make } of wanted) {
      let held = this.drawn.get(key);
      if (held?.sign !== sign) {
        const made = make();
        if (held) {
          if (place === held.node) place = made;
          held.node.replaceWith(made);
        }
        this.drawn.set(key, held = { sign, node: made });
      }
      if (held.node === place) place = place.nextSibling;
      else this.list.insertBefore(held.node, place);
    }
    while (place) {
      const next = place.nextSibling;
      place.remove();
      place = next;
    }
    const keys = new Set(wanted.map(({ key }) => key));
    for (const key of this.drawn.keys()) if (!keys.has(key)) this.drawn.delete(key);
  }

  #wanted() {
    const { talk } = this, wanted = [];
    const add = (key, sign, make) => wanted.push({ key, sign, make });
    let day = "";
    const shown = talk.greeted && !talk.events.length ? [{ type: "message", sender: "ai", seq: 0, ...talk.greeted }] : talk.events;
    const last = shown.findLast?.((one) => one.type === "message" && one.sender !== "visitor") ?? null;
    const lastOfVisitor = talk.outbox.length ? Infinity : talk.events.findLast?.((one) => one.sender === "visitor")?.seq ?? 0;
    const saidAfter = (event) => lastOfVisitor > event.seq;
    for (const event of shown) {
      const at = new Date(event.at), today = dayOf(at);
      if (today !== day) {
        day = today;
        const words = today === dayOf(new Date()) ? `Today, ${today}` : today;
        add(`day ${today}`, words, () => el("li", { class: "note" }, words));
      }
      const key = event.client_message_id ?? `seq ${event.seq}`;
      if (event.type !== "message") {
        const words = this.#happened(event);
        if (words) add(key, "", () => el("li", { class: "note" }, el("span", {}, ...words)));
        // What was moved in the chat is told by the answer, with the same card.
        const isTold = talk.events.some((one) => one.seq > event.seq && one.sender && one.meeting?.id === event.meeting?.id && one.meeting?.starts_at === event.meeting?.starts_at);
        if (event.meeting && !isTold) add(`${key} card`, "", () => el("li", { class: "turn" }, this.#later((cards) => cards.booked(event, this.talk.store.isGiven))));
      } else if (event.sender === "visitor") {
        add(key, "sent", () => this.#mine(event.text));
      } else {
        const answered = event.slots ? this.#isPicked(event) : saidAfter(event) || (talk.isClosed && event !== last);
        const chips = Boolean(event.quick_replies?.length) && event === last && !saidAfter(event) && !talk.isClosed;
        add(key, `${answered} ${chips}`, () => this.#theirs(event, at, answered, chips));
      }
    }
    for (const item of talk.outbox) {
      const state = item.state === "waiting" && talk.offline ? "offline" : item.state;
      // What is on its way looks as what has come, and keeps its element when it has.
      const sign = state === "sending" || state === "sent" ? "sent" : `${state} ${item.why}`;
      add(item.id, sign, () => this.#mine(item.text, item, state));
    }
    const writing = talk.typing ?? (talk.thinking ? this.about.name : null);
    if (writing && !talk.isClosed) add("writing", writing, () => this.#writing(writing, !talk.typing));
    return wanted;
  }

  #happened(event) {
    const { name } = this.about, person = el("b", {}, event.name ?? this.talk.person ?? "A colleague");
    switch (event.type) {
      case "taken_over": return [person, ` joined. ${name} is silent meanwhile.`];
      case "given_back": return [`${name} answers again.`];
      case "handoff_requested": return ["A colleague was asked to join."];
      case "meeting_rescheduled": return ["The meeting was moved."];
      case "meeting_cancelled": return ["The meeting was cancelled."];
      case "meeting_handed_over": return ["The meeting has a new host."];
      case "closed": return ["This chat has ended. Write to begin another."];
      default: return null;
    }
  }

  #by(name, isPerson, words) {
    const letters = name.split(/\s+/).slice(0, 2).map((word) => [...word][0]).join("").toUpperCase();
    return el("div", { class: "by" },
      el("span", { class: isPerson ? "av s person" : "av s", "aria-hidden": "true" }, isPerson ? letters : icon("ai")),
      el("b", {}, name), el("small", {}, words));
  }

  #mine(text, item, state) {
    const turn = el("li", { class: "turn me" }, el("span", { class: "vh" }, "You"),
      el("p", { class: "say", part: "message", dir: "auto", lang: "" }, ...withLinks(text)));
    if (state === "failed") {
      turn.classList.add("failed");
      turn.append(el("div", { class: "under bad" }, icon("warn"), el("span", {}, "Not sent. ", item.why ?? ""),
        el("button", { class: "link", onclick: () => this.talk.retry() }, "Try again"),
        el("button", { class: "link", onclick: () => this.talk.takeBack(item) }, "Take back")));
    } else if (state === "offline" || state === "waiting") {
      turn.classList.add("waits");
      turn.append(el("div", { class: "under" }, icon("clock"), state === "offline" ? "Waits for the connection" : "Is sent in a moment",
        el("button", { class: "link", onclick: () => this.talk.takeBack(item) }, "Take back")));
    }
    return turn;
  }

  #theirs(event, at, answered, chips) {
    const isPerson = event.sender === "agent", name = event.name ?? this.about.name;
    const said = isPerson ? `${this.about.company}, ${timeOf(at)}` : timeOf(at);
    const turn = el("li", { class: isPerson ? "turn person" : "turn" }, event.sender !== "system" && this.#by(name, isPerson, said));
    if (event.text) turn.append(el("p", { class: "say", part: "message", dir: "auto", lang: "" }, ...withLinks(event.text)));
    if (event.meeting) turn.append(this.#later((cards) => cards.booked(event, this.talk.store.isGiven)));
    else if (event.slots && !answered) turn.append(this.#later((cards) => cards.slots(event, this.tools), "times"));
    else if (event.form && !answered) turn.append(this.#later((cards) => cards.form(event, this.tools)));
    if (chips) {
      turn.append(el("div", { class: "chips", role: "group", "aria-label": "Answers" }, ...event.quick_replies.map((reply) =>
        el("button", { class: "chip", part: "chip", dir: "auto", onclick: () => this.tools.say(reply, reply) }, reply))));
    }
    return turn;
  }

  /** Whether a time was chosen, or newer ones are offered, or none is wanted any more. */
  #isPicked(event) {
    const { talk } = this;
    return talk.isClosed || talk.outbox.some((item) => item.reply?.slot) || talk.events.some((one) => one.seq > event.seq && (one.slots || one.meeting || one.form));
  }

  /** A card whose module is fetched first; its room is kept meanwhile. */
  #later(make, kind = "") {
    const room = el("div", { class: `card ${kind}`, "aria-busy": "true" });
    this.tools.later("cards").then((cards) => room.replaceWith(make(cards)), () => room.replaceChildren("This card could not be loaded."));
    return room;
  }

  #writing(name, isAgent) {
    return el("li", { class: isAgent ? "turn" : "turn person" }, this.#by(name, !isAgent, "is writing"),
      el("div", { class: "say dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")));
  }
}
