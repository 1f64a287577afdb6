// Greetings: which one, when, and why not. Each decision is told once a page, so that a team sees in its settings why
// visitors did not see one. Nothing about it is kept on the device before the visitor said yes.
import { el, icon } from "./core.js";

const matches = (pattern, path) => new RegExp(`^${pattern.split("*").map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, "\\$&")).join(".*")}$`).test(path);

export class Greetings {
  constructor(chat) {
    const { config, store, net } = chat, { corner, button, emit } = chat.loader;
    Object.assign(this, { chat, config, store, net, corner, button, emit });
    this.look();
    // Pages that change their address without loading anew.
    let path = location.pathname;
    const moved = () => { if (location.pathname !== path) { path = location.pathname; this.look(); } };
    if (window.navigation) navigation.addEventListener("currententrychange", moved);
    else setInterval(moved, 1000);
    addEventListener("pagehide", () => this.leave());
    // Back to a page that the browser kept as it was: what had waited there begins anew.
    addEventListener("pageshow", (event) => { if (event.persisted && !this.bubble) this.look(); });
  }

  get isShown() { return Boolean(this.bubble); }

  /** Weigh the greetings anew: the first one that fits is shown after its delay. */
  look() {
    this.leave();
    this.hide();
    const told = [];
    for (const greeting of this.config.greetings) {
      const why = this.#whyNot(greeting);
      if (why) { told.push({ greeting: greeting.id, outcome: why }); continue; }
      this.due = greeting;
      this.timer = setTimeout(() => this.#come(greeting), greeting.delay_seconds * 1000);
      break;
    }
    this.#told(told);
  }

  #whyNot(greeting) {
    const past = this.store.kept.greetings[greeting.id];
    if (greeting.pages.length && !greeting.pages.some((pattern) => matches(pattern, location.pathname))) return "other_page";
    if (past === "dismissed") return "dismissed_before";
    if (greeting.frequency === "once" && past) return "shown_before";
    if (greeting.frequency === "session" && this.store.isNoted(greeting.id)) return "shown_before";
    if (this.chat.opened) return "chat_open";
    if (this.store.kept.conversation) return "chat_before";
    return null;
  }

  async #come(greeting) {
    this.due = null;
    if (this.chat.opened) return this.#told([{ greeting: greeting.id, outcome: "chat_open" }]);
    if (this.store.kept.conversation) return this.#told([{ greeting: greeting.id, outcome: "chat_before" }]);
    if (innerHeight < 300) return this.#told([{ greeting: greeting.id, outcome: "screen_too_small" }]);
    if (document.hidden) {
      this.due = greeting;
      this.hidden = true;
      document.addEventListener("visibilitychange", () => { if (this.due === greeting && !document.hidden) this.#come(greeting); }, { once: true });
      return null;
    }
    this.hidden = false;
    const { pathname } = location, got = await this.chat.welcome(greeting.id);
    if (!got || this.chat.opened || pathname !== location.pathname) return null;
    this.shown = greeting;
    this.store.note(greeting.id);
    this.#remember(greeting, "shown");
    this.#told([{ greeting: greeting.id, outcome: "shown" }]);
    return this.#show(got.text, got.quick_replies ?? greeting.quick_replies);
  }

  /** The page greets: `text`, or the agent's words. */
  async greet(text) {
    if (this.chat.opened || this.store.kept.conversation) return;
    const got = text ? { text: String(text).slice(0, 2000) } : await this.chat.welcome();
    this.shown = null;
    if (text) {
      // The page's words stand in the chat as well; the log begins with what the visitor says.
      Object.assign(this.chat, { isGreeted: true, signed: null });
      this.chat.talk.greeted = { at: new Date().toISOString(), name: this.config.name, text: got.text };
    }
    if (got) this.#show(got.text, got.quick_replies ?? []);
  }

  #show(text, replies) {
    const { name } = this.config;
    this.hide();
    this.bubble = el("section", { class: "hello", "aria-label": `Message from ${name}, AI assistant` },
      el("div", { class: "by" }, el("span", { class: "av s" }, icon("ai")), el("b", {}, name), el("span", { class: "tag" }, "AI assistant")),
      el("button", { class: "icon", "aria-label": "Dismiss this message", onclick: () => this.dismiss() }, icon("x")),
      el("button", { class: "words", type: "button", dir: "auto", onclick: () => this.chat.open() }, text),
      replies.length > 0 && el("div", { class: "chips", role: "group", "aria-label": "Answers" },
        ...replies.map((reply) => el("button", { class: "chip", dir: "auto", onclick: () => { this.chat.open(); this.chat.say(reply, reply); } }, reply))));
    this.corner.prepend(this.bubble);
    this.chat.badge();
    this.emit("greeting", { text });
  }

  hide() {
    this.bubble?.remove();
    this.bubble = null;
  }

  dismiss() {
    this.hide();
    this.chat.badge();
    this.button.focus();
    if (this.shown) {
      this.#remember(this.shown, "dismissed");
      this.#told([{ greeting: this.shown.id, outcome: "dismissed" }]);
      this.shown = null;
    }
  }

  opened() {
    clearTimeout(this.timer);
    if (this.due) this.#told([{ greeting: this.due.id, outcome: "chat_open" }]);
    this.due = null;
    if (this.bubble && this.shown) this.#told([{ greeting: this.shown.id, outcome: "opened" }]);
    this.hide();
  }

  answered() {
    if (!this.shown) return;
    this.#told([{ greeting: this.shown.id, outcome: "answered" }]);
    this.shown = null;
  }

  /** The page is left, or another one came, before its time had come. */
  leave() {
    clearTimeout(this.timer);
    if (this.due) this.#told([{ greeting: this.due.id, outcome: this.hidden ? "tab_hidden" : "left_before_delay" }]);
    this.due = null;
    this.hidden = false;
  }

  #remember(greeting, what) {
    this.store.set({ greetings: { ...this.store.kept.greetings, [greeting.id]: what } });
  }

  /** Also while the page is left. */
  #told(outcomes) {
    if (outcomes.length) this.net.post("greetings/seen", { page: location.pathname.slice(0, 500), outcomes: outcomes.slice(0, 20) }, { keepalive: true }).catch(() => {});
  }
}
