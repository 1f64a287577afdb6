// What is remembered on the visitor's device: nothing before they said yes, where the site asks; then one entry of
// localStorage a site, for as many days as the site says. Without it all lives in this page's memory.

const DAY_MS = 86400000;
// `read`: up to where somebody has read; `told`: up to where the page was told.
const EMPTY = { token: null, conversation: null, outbox: [], greetings: {}, active: 0, read: 0, told: 0, open: false, known: false };

export class Store {
  /** `asks`: nothing may be kept before `keep(true)`; `days` is how long. With a `token` of the page's own there is
      nothing to ask or keep. */
  constructor(site, asks, days, { token, conversation }) {
    this.name = `synaptiq:${site}`;
    this.noted = new Set();
    if (token) {
      this.kept = { ...EMPTY, token, conversation };
      this.isGiven = true;
      return;
    }
    this.asks = asks;
    this.days = days;
    this.kept = { ...EMPTY };
    this.remembers = false;
    const found = this.#read();
    if (found) {
      this.kept = { ...EMPTY, ...found };
      this.remembers = true;
    } else if (!asks) {
      this.remembers = true;
    }
  }

  /** Whether the visitor has still to say whether this chat may be remembered. */
  get undecided() { return this.asks && !this.remembers && !this.declined; }

  set(changed) {
    Object.assign(this.kept, changed);
    this.#write();
  }

  /** The visitor's word: remember this chat on this device, or only in this page. */
  keep(yes) {
    this.remembers = yes;
    this.declined = !yes;
    if (yes) this.#write();
    else this.#remove();
  }

  forget() {
    this.kept = { ...EMPTY, outbox: [], greetings: this.kept.greetings };
    this.#write();
  }

  /** What all tabs have still to send. */
  outboxOfAll() { return (this.remembers && this.#read()?.outbox) || []; }

  /** Whether this was noted before within the visit; of one page view where nothing may be kept. */
  isNoted(what) {
    try {
      return this.noted.has(what) || (this.remembers && sessionStorage.getItem(`${this.name}:${what}`) !== null);
    } catch { return false; }
  }

  note(what) {
    this.noted.add(what);
    try { if (this.remembers) sessionStorage.setItem(`${this.name}:${what}`, ""); } catch { /* there is none */ }
  }

  /** Call `heard` when another tab has written; what it wrote is in `kept` then. */
  watch(heard) {
    addEventListener("storage", (event) => {
      if (event.key !== this.name && event.key !== null) return;
      const found = this.#read();
      const before = this.kept;
      if (found) this.kept = { ...EMPTY, ...found };
      else if (this.remembers) this.kept = { ...EMPTY };
      if (this.asks && !found) this.remembers = false;
      if (found) this.remembers = true;
      heard(before);
    });
  }

  /** Take in what another tab wrote since, before something is made that must be made once. */
  refresh() {
    const found = this.remembers && this.#read();
    if (found) this.kept = { ...EMPTY, ...found, outbox: this.kept.outbox };
  }

  #read() {
    try {
      const found = JSON.parse(localStorage.getItem(this.name));
      if (found?.until > Date.now() && Array.isArray(found.outbox ?? [])) return found;
      if (found) localStorage.removeItem(this.name);
    } catch { /* no storage here, or somebody else's words in it */ }
    return null;
  }

  #write() {
    if (!this.remembers) return;
    try {
      localStorage.setItem(this.name, JSON.stringify({ ...this.kept, until: Date.now() + this.days * DAY_MS }));
    } catch { /* full or forbidden: this page still has it */ }
  }

  #remove() {
    try {
      localStorage.removeItem(this.name);
      for (const name of Object.keys(sessionStorage)) if (name.startsWith(this.name)) sessionStorage.removeItem(name);
    } catch { /* there is none */ }
  }
}
