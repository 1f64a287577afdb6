// What changes while a page is open: each event of /admin/live becomes "live" on the document, whichever tab heard it.
// Browsers allow six connections to a server, so of all tabs one holds the stream (the lock's holder, a tab that is
// seen) and passes on what it hears. Where something of that is missing, pages look by themselves every half minute,
// which they do beside the stream too: a notification may be lost.

const LOOK_SECONDS = 30;
// A tab that is left for a moment keeps the stream, so that going through tabs does not open one each.
const KEEPS_MS = 10_000;
const AGAIN_MS = 30_000;

const { account, member } = document.body.dataset;
const NAME = `synaptiq live ${account} ${member}`;
// By the clock alone, or since the tab is seen again: what is told by itself need not be asked for.
const AGAIN = { type: "again", routine: true };
const passing = account && "BroadcastChannel" in window ? new BroadcastChannel(NAME) : null;
const isSeen = () => document.visibilityState === "visible";

let waiting = null; // For the lock, or holding it: an AbortController.
let release = () => {};
let leaving = 0;
let looked = Date.now();

function tell(event) {
  if (event.type === "again") looked = Date.now();
  document.dispatchEvent(new CustomEvent("live", { detail: event }));
}

// ── No connection ───────────────────────────────────────────────────────────────────────────────────────────────────
const PATIENCE_MS = 10_000;
// What is missing: "stream", and "answers" to what this page asks for.
const lost = new Set();
let missing = 0;
let notice = null;

function sayAway(isAway) {
  document.body.toggleAttribute("data-away", isAway);
  if (!isAway) {
    notice?.remove();
    notice = null;
    return;
  }
  if (notice) return;
  // A line of its own: a toast would lie over what one types for as long as it lasts.
  notice = document.createElement("div");
  notice.className = "away";
  notice.setAttribute("role", "alert");
  notice.textContent = "No connection. What you see may be old. ";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn small";
  button.textContent = "Try now";
  button.addEventListener("click", tryNow);
  notice.append(button);
  document.getElementById("main").prepend(notice);
}

function tryNow({ target }) {
  target.ariaBusy = "true";
  document.addEventListener("answered", () => { target.ariaBusy = null; }, { once: true });
  tell({ type: "again" });
  if (!lost.has("stream")) return;
  stop();
  start();
}

/** Whether it is there: said once something has been away for a while. */
function mark(what, isThere) {
  if (isThere) lost.delete(what);
  else lost.add(what);
  if (lost.size) {
    missing ||= setTimeout(sayAway, PATIENCE_MS, true);
    return;
  }
  clearTimeout(missing);
  missing = 0;
  sayAway(false);
}

/** The stream is one tab's, and what becomes of it all tabs'. */
function markStream(isThere) {
  if (lost.has("stream") === !isThere) return;
  mark("stream", isThere);
  passing.postMessage({ type: "stream", isThere });
}

document.addEventListener("answered", ({ detail }) => mark("answers", detail));
addEventListener("offline", () => mark("answers", false));
addEventListener("online", () => tell({ type: "again" }));

function hear(source) {
  source.addEventListener("open", () => markStream(true));
  source.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    tell(event);
    passing.postMessage(event);
  });
  // A broken connection comes again by itself; one that was refused does not.
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) {
      markStream(false);
      return;
    }
    stop();
    setTimeout(start, AGAIN_MS);
  });
}

function hold() {
  const source = new EventSource(`/admin/live?${new URLSearchParams({ account, member })}`);
  hear(source);
  return new Promise((resolve) => {
    release = () => {
      source.close();
      // Whoever takes it says so; a tab that nobody looks at tells nothing.
      mark("stream", true);
      resolve();
    };
  });
}

function start() {
  clearTimeout(leaving);
  if (waiting || !isSeen()) return;
  waiting = new AbortController();
  const { signal } = waiting;
  navigator.locks.request(NAME, { signal }, () => (signal.aborted ? null : hold())).catch(() => {});
}

function stop() {
  waiting?.abort();
  waiting = null;
  release();
  release = () => {};
}

if (account) {
  if ("live" in document.body.dataset && passing && navigator.locks && "EventSource" in window) {
    passing.addEventListener("message", ({ data }) => (data.type === "stream" ? mark("stream", data.isThere) : tell(data)));
    document.addEventListener("visibilitychange", () => {
      if (isSeen()) start();
      else leaving = setTimeout(stop, KEEPS_MS);
    });
    addEventListener("pagehide", stop);
    addEventListener("pageshow", start);
    start();
  }
  setInterval(() => {
    if (isSeen() && Date.now() - looked >= LOOK_SECONDS * 1000) tell(AGAIN);
  }, 5000);
  document.addEventListener("visibilitychange", () => {
    if (isSeen()) tell(AGAIN);
  });
}
