// The conversation as this page knows it: what was said, what waits to be sent, who speaks. No elements here.
//
// A message is in the outbox until the stream has shown it. It is sent with an id of its own, so that sending it again
// never doubles it; the first of a visitor makes the visitor, so only one tab sends a first one at a time.
import { uuid, wait } from "./core.js";
import { Refused } from "./net.js";

const PAUSES_MS = [1000, 2000, 4000, 8000, 15000];
const TYPING_MS = 6000, THINKING_MS = 30000, PEEK_MS = 30000, NEWS_MS = 60000;
const soon = (tries) => PAUSES_MS[Math.min(tries, PAUSES_MS.length - 1)] * (0.75 + Math.random() / 2);

export class Talk {
  /** `changed()` is called when something is to be drawn; `heard(event)` for each new event of the log. */
  constructor({ net, store, changed, heard, greeting }) {
    Object.assign(this, { net, store, changed, heard, greeting });
    this.gone = new Set();
    // Counts whom this page speaks for: an answer that comes for the one before changes nothing.
    this.who = 0;
    this.clear();
    this.outbox = store.kept.outbox.map((item) => ({ ...item, state: "waiting" }));
    this.offline = !navigator.onLine;
    store.watch((before) => this.#otherTab(before));
    // Who was away may have a connection that died without a word.
    addEventListener("online", () => { this.streaming?.abort(); this.retry(); });
    addEventListener("offline", () => { this.offline = true; changed(); });
    if (this.outbox.length) this.#flush();
  }

  clear() {
    this.looking?.abort();
    this.events = [];
    this.after = 0;
    this.state = "ai";
    this.person = null;
    this.typing = null;
    this.thinking = 0;
    this.isClosed = false;
  }

  get conversation() { return this.store.kept.conversation; }
  /** Whether there is a log that more may come to. */
  get isGoing() { return Boolean(this.store.kept.token && this.conversation && !this.isClosed); }

  /** Say something: a text, or what a card gives (`reply`) with the text that shows meanwhile. */
  say(text, reply) {
    const state = this.outbox.some((item) => item.state === "waiting") ? "waiting" : "sending";
    // Half of a character cannot be sent.
    text = text.toWellFormed?.() ?? text;
    const item = { id: uuid(), text, reply, page: location.href.slice(0, 2000), state };
    this.outbox.push(item);
    this.#keepOutbox();
    this.changed();
    this.#flush();
  }

  takeBack(item) {
    this.outbox = this.outbox.filter((one) => one !== item);
    this.gone.add(item.id);
    this.#keepOutbox();
    this.changed();
  }

  /** Try again now, whatever the pause. */
  retry() {
    this.offline = false;
    for (const item of this.outbox) if (item.state === "failed") item.state = "waiting";
    this.wake?.();
    this.wakeStream?.();
    this.changed();
    this.#flush();
  }

  /** Beside what other tabs of this site have still to send. */
  #keepOutbox() {
    const own = this.outbox.filter((item) => !item.seq).map(({ id, text, reply, page }) => ({ id, text, reply, page }));
    for (const item of this.outbox) if (item.seq) this.gone.add(item.id);
    const others = this.store.outboxOfAll().filter(({ id }) => !this.gone.has(id) && !own.some((item) => item.id === id));
    this.store.set({ outbox: [...others, ...own] });
  }

  async #flush() {
    if (this.flushing) return;
    this.flushing = true;
    let tries = 0;
    for (;;) {
      const item = this.outbox.find((one) => !one.seq && one.state !== "failed");
      if (!item) break;
      try {
        await (this.sending = this.#send(item));
        tries = 0;
        this.offline = false;
      } catch (error) {
        const refused = error instanceof Refused;
        if (refused && error.status === 401 && this.store.kept.token && !this.store.isGiven) {
          // The visitor was deleted, or the site has a new secret: whoever speaks now is somebody new.
          this.reset();
          continue;
        }
        if (refused && !error.passes) {
          item.state = "failed";
          item.why = error.message;
        } else {
          for (const one of this.outbox) if (one.state === "sending") one.state = "waiting";
          this.offline = !refused;
          this.changed();
          const pause = refused && error.retryAfter ? error.retryAfter * 1000 : soon(tries++);
          await Promise.race([wait(pause), new Promise((done) => { this.wake = done; })]);
        }
      }
      this.#keepOutbox();
      this.changed();
    }
    this.flushing = false;
  }

  async #send(item) {
    item.state = "sending";
    const first = !this.store.kept.token, { who } = this;
    const send = async () => {
      // Another tab may have begun meanwhile.
      if (first) this.store.refresh();
      const got = await this.net.post("messages", {
        client_message_id: item.id,
        ...(item.reply ? { reply: item.reply } : { text: item.text }),
        ...(/^https?:/.test(item.page) && { page_url: item.page }),
        ...(!this.conversation && this.greeting() && { greeting: this.greeting() }),
      });
      if (who === this.who && got.visitor_token) this.store.set({ token: got.visitor_token });
      return got;
    };
    const got = first && this.store.remembers && navigator.locks
      ? await navigator.locks.request(this.store.name, send) : await send();
    if (who !== this.who) return this.takeBack(item);
    item.seq = got.seq;
    item.state = "sent";
    item.conversation = got.conversation_id;
    if (got.conversation_id !== this.conversation) this.enter(got.conversation_id);
    this.thinking = got.turn_id ? got.seq : 0;
    clearTimeout(this.thought);
    this.thought = setTimeout(() => { this.thinking = 0; this.changed(); }, THINKING_MS);
    return this.#restart();
  }

  /** Speak for another visitor from now on, in that conversation of theirs. */
  become(token, conversation) {
    this.who++;
    // What one person has still to send is not the next one's.
    if (this.store.kept.known) {
      this.outbox = [];
      this.store.set({ outbox: [] });
    }
    // What was said elsewhere before is no news here.
    this.since = Date.now() - NEWS_MS;
    this.store.set({ token, known: true });
    this.enter(conversation);
  }

  /** Read another conversation of this visitor from its beginning. */
  enter(conversation) {
    const own = this.outbox;
    this.clear();
    this.outbox = own.filter((item) => !item.seq || item.conversation === conversation);
    this.store.set({ conversation, active: 0, read: 0, told: 0 });
    this.#restart(true);
  }

  /** As if nobody had ever talked here. What is still to be sent stays. */
  reset() {
    this.who++;
    this.store.forget();
    this.clear();
    this.outbox = this.outbox.filter((item) => !item.seq);
    this.#keepOutbox();
    this.#restart(true);
    this.changed();
  }

  #otherTab(before) {
    const { token, conversation } = this.store.kept;
    if (token !== before.token || conversation !== before.conversation) {
      this.clear();
      this.outbox = this.outbox.filter((item) => !item.seq);
      this.#restart(true);
    }
    this.changed();
  }

  /** Keep a stream open while `wanted`; else look now and then whether something came. */
  listen(wanted) {
    this.wanted = wanted;
    if (!wanted) {
      this.streaming?.abort();
      this.#peekLater();
      return;
    }
    clearTimeout(this.peeking);
    this.#run();
  }

  #restart(anew) {
    if (anew) this.streaming?.abort();
    if (this.wanted) this.#run();
    else this.#peekLater();
  }

  /** For what comes of one log: nothing of it once another is read. */
  #hears() {
    const { events } = this;
    return (event) => { if (events === this.events) this.#take(event); };
  }

  async #run() {
    if (this.running) return;
    this.running = true;
    let tries = 0;
    while (this.wanted && this.isGoing) {
      this.streaming = new AbortController();
      try {
        const hear = this.#hears();
        await this.net.stream(this.conversation, this.after, (event) => { tries = 0; hear(event); }, this.streaming.signal);
      } catch (error) {
        if (error instanceof Refused && (error.status === 401 || error.status === 404)) {
          if (!this.store.isGiven) this.reset();
          break;
        }
        if (!this.streaming.signal.aborted && !(error instanceof Refused)) this.offline = true;
        this.changed();
      }
      if (this.wanted && !this.isClosed && !this.streaming.signal.aborted) {
        await Promise.race([wait(soon(tries++)), new Promise((done) => { this.wakeStream = done; })]);
      }
    }
    this.running = false;
    if (this.wanted && this.isGoing && !this.store.isGiven) this.#run();
  }

  /** One look at the log, without staying: whether something waits for whoever closed the panel. */
  #peekLater() {
    clearTimeout(this.peeking);
    if (this.wanted || !this.isGoing) return;
    this.peeking = setTimeout(async () => {
      if (document.hidden) return this.#peekLater();
      this.looking = new AbortController();
      await this.net.stream(this.conversation, this.after, this.#hears(), this.looking.signal, true).catch(() => {});
      this.#peekLater();
    }, PEEK_MS);
  }

  /** `event` is one of the log, or typing; null is a heartbeat. */
  #take(event) {
    if (this.offline) {
      this.offline = false;
      this.changed();
    }
    if (!event) return;
    if (event.type === "typing") {
      this.typing = event.name;
      clearTimeout(this.typed);
      this.typed = setTimeout(() => { this.typing = null; this.changed(); }, TYPING_MS);
      return this.changed();
    }
    if (event.seq <= this.after) return;
    this.after = event.seq;
    this.events.push(event);
    if (event.type === "message") {
      if (event.client_message_id) this.outbox = this.outbox.filter((item) => item.id !== event.client_message_id);
      if (event.sender !== "visitor") {
        this.typing = null;
        if (event.seq > this.thinking) this.thinking = 0;
      }
    } else if (event.type === "taken_over") {
      Object.assign(this, { state: "human", person: event.name, thinking: 0 });
    } else if (event.type === "handoff_requested") {
      this.state = "waiting";
    } else if (event.type === "given_back") {
      Object.assign(this, { state: "ai", person: null, typing: null });
    } else if (event.type === "closed") {
      Object.assign(this, { state: "closed", isClosed: true, thinking: 0, typing: null });
      this.outbox = this.outbox.filter((item) => !item.seq);
    }
    this.heard(event);
    this.changed();
  }
}
