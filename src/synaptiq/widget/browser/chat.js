// The chat itself: the panel, what opens and closes it, and what the page may ask of it.
import { dayOf, el, icon, privacy, timeOf } from "./core.js";
import { Net } from "./net.js";
import { Store } from "./store.js";
import { Talk } from "./talk.js";
import { Turns } from "./turns.js";

const NEAR = 80, LONGEST = 4000, TELL_TYPING_MS = 3000, ACTIVITY_MS = 20000, NOTE_MS = 6000;
const SMALL = "(max-width: 480px), (max-height: 480px)";

/** Called once by the loader; what is returned is what the page may call. */
export async function start(loader) {
  const config = await loader.config;
  return new Chat(loader, config).api;
}

class Chat {
  constructor(loader, config) {
    Object.assign(this, { loader, config, opened: false, unread: 0, adopted: new Set(), tries: new Map() });
    this.adopt(css);
    this.about = { name: config.name, company: config.company };
    this.store = new Store(loader.site, config.consent, config.remember_days, loader.given);
    this.net = new Net(loader.asked, () => this.store.kept.token);
    this.talk = new Talk({
      net: this.net, store: this.store, changed: () => this.drawSoon(), heard: (event) => this.heard(event), greeting: () => this.signed,
    });
    this.build();
    this.turns = new Turns(this.list, this.talk, this.about, {
      later: (name) => this.later(name), net: this.net, say: (text, reply) => this.say(text, reply), conversation: () => this.talk.conversation,
      opened: () => this.tell({ scheduler_opened: true }), picked: () => this.tell({ slot_picked: true }),
    });
    if (config.greetings.length) this.greeter().catch(() => {});
    if (this.store.undecided) this.later("menu").catch(() => {});
    document.addEventListener("visibilitychange", () => this.listen());
    addEventListener("pagehide", () => this.tell({}, true));
    // A keyboard that comes up makes a screen small too; who writes is left alone.
    matchMedia(SMALL).addEventListener("change", () => { if (this.opened && loader.root.activeElement !== this.input) { this.hide(); this.show(); } });
    setInterval(() => this.count(), 1000);
    this.talk.listen(false);
    this.draw();
    // As it was on the page before; the reader's place on this one is left alone.
    if (this.store.kept.open && this.store.remembers && !matchMedia(SMALL).matches) this.open(false);
    this.api = {
      open: () => this.open(), close: () => this.close(), toggle: () => (this.opened ? this.close() : this.open()),
      identify: (token) => this.identify(token), greet: (text) => this.greeter().then((greetings) => greetings.greet(text)), reset: () => this.reset(),
    };
  }

  build() {
    const { name } = this.config;
    this.list = el("ol");
    this.log = el("div", { class: "log", tabindex: "0", role: "log", "aria-label": "Conversation", "aria-live": "off", onscroll: () => this.scrolled() }, this.list);
    // A card that is fetched later, a font, a keyboard that comes up: who was at the end stays there.
    const grown = new ResizeObserver(() => { if (this.atEnd) this.toEnd(); });
    for (const one of [this.list, this.log]) grown.observe(one);
    this.more = el("button", { class: "btn more", type: "button", hidden: true, onclick: () => this.toEnd() }, "New messages", icon("down"));
    this.live = el("div", { class: "vh", role: "status" });
    this.input = el("textarea", {
      rows: "1", "aria-label": `Write to ${name}`, placeholder: `Write to ${name}`, enterkeyhint: "send", maxlength: LONGEST, dir: "auto",
      onkeydown: (event) => this.key(event), oninput: () => this.typed(),
    });
    this.left = el("small", { class: "left", role: "status" });
    this.foot = el("div", { class: "foot" },
      // Around what a page can style: it reaches no further than this.
      el("div", { class: "held" }, el("form", { class: "box", part: "composer", onsubmit: (event) => { event.preventDefault(); this.send(); } }, this.input,
        el("button", { class: "icon send", type: "submit", "aria-label": "Send" }, icon("up")))),
      this.left, el("p", { class: "fine" }, `${name} is an AI and can be wrong. `, privacy(this.config.privacy_url)));
    this.state = el("div", { class: "state", role: "status", hidden: true });
    this.menu = el("div", { class: "menu", id: "menu", hidden: true });
    this.dots = el("button", { class: "icon", "aria-expanded": "false", "aria-controls": "menu", "aria-label": "More", onclick: () => this.openMenu(this.menu.hidden) }, icon("dots"));
    this.status = el("small");
    // No part on what says that this is an AI, nor around it: a page's style must not be able to hide it.
    this.panel = el("dialog", { class: "panel", tabindex: "-1", "aria-labelledby": "name", "aria-describedby": "about" },
      el("div", { class: "head" }, el("span", { class: "av" }, icon("ai")),
        el("div", { class: "who" }, el("h2", {}, el("span", { id: "name" }, name), el("span", { class: "tag", id: "about" }, "AI assistant")), this.status),
        this.dots, el("button", { class: "icon", "aria-label": "Close the chat", onclick: () => this.close() }, icon("down")), this.menu),
      this.state, this.log, this.more, this.live, this.foot);
    this.panel.addEventListener("cancel", (event) => { event.preventDefault(); this.escape(); });
    this.panel.addEventListener("keydown", (event) => {
      // The page has shortcuts of its own, which what is written here must not set off.
      event.stopPropagation();
      if (event.key === "Escape") { event.preventDefault(); this.escape(); }
    });
    this.panel.addEventListener("click", (event) => { if (!this.menu.hidden && !event.composedPath().some((one) => one === this.menu || one === this.dots)) this.openMenu(false); });
    this.loader.layer.append(this.panel);
  }

  /** A part that few visitors need, fetched when it is first wanted. */
  async later(name) {
    // What could not be fetched once a browser does not fetch again under the same name.
    const tries = this.tries.get(name) ?? 0;
    try {
      const part = await import(`./${name}.js${tries ? `?${tries}` : ""}`);
      if (!this.adopted.has(name)) this.adopt(part.css);
      this.adopted.add(name);
      return part;
    } catch (error) {
      this.tries.set(name, tries + 1);
      this.note("No connection. Try again.");
      throw error;
    }
  }

  adopt(text) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    this.loader.root.adoptedStyleSheets.push(sheet);
  }

  async greeter() {
    const { Greetings } = await this.later("greetings");
    return (this.greetings ??= new Greetings(this));
  }

  /** Have the server sign a greeting (the agent's without an `id`), so that it stands at the beginning of what it begins. */
  async welcome(id) {
    try {
      const got = await this.net.get(`greeting${id ? `?greeting=${encodeURIComponent(id)}` : ""}`);
      this.signed = got.greeting;
      this.talk.greeted = { at: new Date().toISOString(), name: got.name, text: got.text, quick_replies: got.quick_replies };
      this.drawSoon();
      return got;
    } catch {
      return null;
    }
  }

  // Opening and closing

  open(takesFocus = true) {
    if (this.opened) return;
    this.opened = true;
    this.show();
    this.askFirst();
    this.store.set({ open: true, read: Math.max(this.store.kept.read, this.talk.after) });
    this.greetings?.opened();
    this.unread = 0;
    this.listen();
    this.draw();
    this.toEnd();
    if (takesFocus) (matchMedia(SMALL).matches || this.store.undecided ? this.panel : this.input).focus();
    if (!this.signed && !this.talk.conversation && !this.isGreeted) this.welcome();
    this.loader.emit("open");
  }

  /** The question before anything is kept, where the site asks it. Where it cannot be shown nothing is kept. */
  async askFirst() {
    if (!this.store.undecided || this.pane) return;
    const { consent } = await this.later("menu").catch(() => ({}));
    if (consent && this.store.undecided && !this.pane) this.paneShow(consent(this), false);
  }

  show() {
    const { layer, corner, button, dress } = this.loader;
    dress();
    // Above whatever the page has put on top since.
    if (layer.matches(":popover-open")) { layer.hidePopover(); layer.showPopover(); }
    corner.hidden = true;
    button.setAttribute("aria-expanded", "true");
    // Under a dialog of the page nothing could be pressed. (`:is` forgives browsers that do not know the other.)
    if (matchMedia(SMALL).matches || document.querySelector(":is(:modal)")) this.panel.showModal();
    else this.panel.show();
  }

  hide() {
    this.panel.close();
    this.loader.corner.hidden = false;
    this.loader.button.setAttribute("aria-expanded", "false");
  }

  close() {
    if (!this.opened) return;
    this.opened = false;
    this.openMenu(false);
    this.hide();
    this.loader.button.focus({ preventScroll: true });
    this.listen();
    this.store.set({ open: false });
    this.tell({});
    this.loader.emit("close");
  }

  escape() {
    if (!this.menu.hidden) { this.openMenu(false); this.dots.focus(); }
    else if (this.pane && !this.store.undecided) this.paneDone();
    else this.close();
  }

  listen() {
    this.talk.listen(this.opened && !document.hidden);
  }

  // Writing

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.send();
  }

  typed() {
    const { style } = this.input;
    style.height = "auto";
    style.height = `${this.input.scrollHeight}px`;
    const left = LONGEST - this.input.value.length;
    this.left.textContent = left < 400 ? `${left} characters left` : "";
    const { state } = this.talk;
    if ((state === "human" || state === "waiting") && Date.now() - (this.toldTyping ?? 0) > TELL_TYPING_MS && this.input.value) {
      this.toldTyping = Date.now();
      this.net.post("typing", {}).catch(() => {});
    }
  }

  send() {
    const text = this.input.value.trim();
    if (!text) return this.input.focus();
    this.input.value = "";
    this.typed();
    this.toldTyping = 0;
    this.say(text);
    return this.input.focus();
  }

  say(text, reply) {
    this.stick = true;
    this.talk.say(text, reply);
    this.greetings?.answered();
    this.loader.emit("message", { sender: "visitor", text });
  }

  // Drawing

  drawSoon() {
    if (this.drawing) return;
    this.drawing = true;
    queueMicrotask(() => { this.drawing = false; this.draw(); });
  }

  draw() {
    const { talk, config } = this, near = this.stick || this.atEnd;
    const before = this.list.childElementCount;
    this.turns.draw();
    if (near) this.toEnd();
    else if (this.list.childElementCount > before) this.more.hidden = false;
    this.stick = false;
    const person = talk.state === "human" && talk.person;
    this.status.textContent = person ? `${person} from ${config.company} is here` : this.#people(talk.state === "waiting");
    const told = talk.offline ? "No connection. What you write waits here and is sent later." : this.told ?? "";
    if (told !== this.state.dataset.told) {
      this.state.dataset.told = told;
      this.state.hidden = !told;
      this.state.replaceChildren(icon(talk.offline ? "warn" : "check"), el("p", {}, told), talk.offline ? el("button", { onclick: () => talk.retry() }, "Try now") : "");
    }
    this.badge();
  }

  /** Who of the team is there, in the reader's time. */
  #people(isWaiting) {
    if (this.talk.isClosed) return "This chat has ended";
    const { here, until } = this.config.people ?? { here: true };
    const at = until && new Date(until);
    if (!here) return at ? `Colleagues are back ${dayOf(at)}, ${timeOf(at)}` : "No colleague is here now";
    if (isWaiting) return "Waiting for a colleague";
    return at ? `Colleagues are here until ${timeOf(at)}` : "Answers at once";
  }

  badge() {
    const { button } = this.loader;
    button.querySelector(".badge")?.remove();
    const count = this.unread || (this.greetings?.isShown ? 1 : 0);
    if (count && !this.opened) button.append(el("span", { class: "badge", "aria-hidden": "true" }, count > 9 ? "9+" : count));
    const name = `Chat with ${this.config.name}, AI assistant`;
    button.ariaLabel = count ? `${name}. ${count} unread ${count === 1 ? "message" : "messages"}` : name;
  }

  toEnd() {
    this.atEnd = true;
    this.log.scrollTop = this.log.scrollHeight;
    // What a card that collapses takes away is not the reader's going up.
    this.top = this.log.scrollTop;
    // Of what asks for something the beginning is read first.
    if (getComputedStyle(this.panel).overflowY === "auto") this.pane ? this.pane.scrollIntoView() : this.panel.scrollTop = this.panel.scrollHeight;
    this.more.hidden = true;
  }

  scrolled() {
    const { scrollTop } = this.log;
    // What has grown meanwhile is no reason: only who goes up has left the end.
    if (this.log.scrollHeight - scrollTop - this.log.clientHeight < NEAR) this.atEnd = true;
    else if (scrollTop < this.top) this.atEnd = false;
    this.top = scrollTop;
    if (this.atEnd) this.more.hidden = true;
  }

  heard(event) {
    const { store } = this, isUnread = event.seq > store.kept.read, isNews = event.seq > store.kept.told && !(Date.parse(event.at) < this.talk.since);
    const isTheirs = event.type === "message" && event.sender !== "visitor";
    if (isTheirs && isUnread) {
      if (!this.opened) this.unread++;
      // Once, and whole: what is read out is not what flickers.
      else this.live.textContent = `${event.name ?? this.config.name}: ${event.text}`;
    } else if (event.type === "taken_over" && isUnread && this.opened) {
      this.live.textContent = `${event.name} joined.`;
    }
    if (isNews) {
      store.set({ told: event.seq });
      if (isTheirs) this.loader.emit("message", { sender: event.sender, text: event.text });
      const isFirst = !this.talk.events.some((one) => one !== event && one.meeting?.id === event.meeting?.id);
      if (isTheirs && event.meeting && isFirst) this.loader.emit("meeting_booked", event.meeting);
      if (event.type === "closed") this.loader.emit("end");
    }
    if (isUnread && this.opened) store.set({ read: event.seq });
  }

  // The menu and its panes

  async openMenu(yes) {
    if (yes) {
      const { entries } = await this.later("menu").catch(() => ({}));
      if (!entries) return;
      this.menu.replaceChildren(...entries(this));
    }
    this.menu.hidden = !yes;
    this.dots.setAttribute("aria-expanded", String(yes));
    if (yes) this.menu.querySelector("button").focus();
  }

  paneShow(pane, focus = true) {
    this.pane?.remove();
    this.pane = pane;
    this.foot.hidden = true;
    this.panel.append(pane);
    this.toEnd();
    if (focus) (pane.querySelector("input") ?? pane.querySelector("h2")).focus();
  }

  paneDone() {
    this.pane?.remove();
    this.pane = null;
    this.foot.hidden = false;
    this.draw();
    this.toEnd();
    this.input.focus();
  }

  /** A line under the head, for a moment and for screen readers. */
  note(words) {
    this.told = words;
    clearTimeout(this.noted);
    this.noted = setTimeout(() => { this.told = ""; this.draw(); }, NOTE_MS);
    this.draw();
  }

  // Who it is, and how long

  async identify(token) {
    try {
      // What is on its way is still the former visitor's, and makes them.
      await this.talk.sending?.catch(() => {});
      const got = await this.net.post("identify", { token });
      if (got.visitor_token !== this.store.kept.token) this.talk.become(got.visitor_token, got.conversation_id);
      // They went on elsewhere.
      else if (got.conversation_id && got.conversation_id !== this.talk.conversation) this.talk.enter(got.conversation_id);
      this.loader.emit("identified");
    } catch (error) {
      console.warn(`Synaptiq: identify was refused. ${error.message}`);
      this.loader.emit("identify_failed", { reason: error.message });
    }
  }

  /** After a sign-out: nothing of whoever was here is left on this page. */
  reset() {
    this.signed = null;
    this.talk.outbox = [];
    this.talk.greeted = null;
    this.unread = 0;
    this.input.value = this.live.textContent = this.told = "";
    if (this.pane) this.paneDone();
    this.talk.reset();
    this.askFirst();
    this.isGreeted = false;
    if (this.opened) this.welcome();
  }

  count() {
    if (!this.opened || document.hidden || !this.talk.conversation) return;
    this.store.kept.active++;
    if (this.store.kept.active % (ACTIVITY_MS / 1000) === 0) this.tell({});
  }

  /** What the engagement score needs of the visitor's side. */
  tell(more, leaving = false) {
    const { token, conversation, active } = this.store.kept;
    const isNews = active > (this.counted ?? 0) || Object.keys(more).length;
    if (!token || !conversation || !isNews) return;
    this.counted = active;
    this.store.set({ active });
    this.net.post("activity", { conversation_id: conversation, active_seconds: active, ...more }, { keepalive: leaving }).catch(() => {});
  }
}
