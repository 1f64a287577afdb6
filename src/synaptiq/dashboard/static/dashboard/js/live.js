// What changes while a page is open: each event of /admin/live becomes "live" on the document, whichever tab heard it.
// Browsers allow six connections to a server, so of all tabs one holds the stream (the lock's holder, a tab that is
// seen) and passes on what it hears. Where something of that is missing, pages look by themselves every half minute,
// which they do beside the stream too: a notification may be lost.
import { toast } from "./toast.js";

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
let missing = 0;
let notice = null;

function sayAway(isAway) {
  if (isAway) notice ??= toast("No connection. What you see may be old; it comes by itself once there is one.", "error");
  else {
    notice?.remove();
    notice = null;
  }
}

/** Whether the stream is there: told to all tabs, once it has been away for a while. */
function sayStream(isThere) {
  clearTimeout(missing);
  missing = 0;
  const pass = (isAway) => {
    sayAway(isAway);
    passing.postMessage({ type: "away", isAway });
  };
  if (!isThere) missing = setTimeout(pass, PATIENCE_MS, true);
  else if (notice) pass(false);
}

function hear(source) {
  source.addEventListener("open", () => sayStream(true));
  source.addEventListener("message", ({ data }) => {
    const event = JSON.parse(data);
    tell(event);
    passing.postMessage(event);
  });
  // A broken connection comes again by itself; one that was refused does not.
  source.addEventListener("error", () => {
    if (source.readyState !== EventSource.CLOSED) {
      if (!missing && !notice) sayStream(false);
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
      clearTimeout(missing);
      missing = 0;
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
    passing.addEventListener("message", ({ data }) => (data.type === "away" ? sayAway(data.isAway) : tell(data)));
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
