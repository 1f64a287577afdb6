// The loader, the one file that a page names: it draws the button, asks what the site wants, and loads the chat when
// somebody means to talk. Nothing of it is written down on the visitor's device.
//
//   <script async src="https://…/widget.js" data-site="pk_…"></script>
//
// It makes no markup from text and no style element, so a page's CSP need only name our address.
(() => {
  "use strict";
  const script = document.currentScript;
  const site = script?.dataset.site?.trim();
  if (!site) return console.warn("Synaptiq: the script has no data-site.");
  // A snippet that stands twice makes one widget; the element is the sign, since a page may load us in two ways.
  const other = document.querySelector("synaptiq-widget");
  if (other) {
    if (other.dataset.site !== site) console.warn("Synaptiq: another site's widget is here.");
    return;
  }
  const base = new URL("./", script.src).href;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("{{button.css}}");

  const svg = (path) => {
    const [shape, line] = ["svg", "path"].map((name) => document.createElementNS("http://www.w3.org/2000/svg", name));
    shape.setAttribute("viewBox", "0 0 20 20");
    shape.setAttribute("aria-hidden", "true");
    line.setAttribute("d", path);
    shape.append(line);
    return shape;
  };

  const host = document.createElement("synaptiq-widget");
  host.dataset.site = site;
  const root = host.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [sheet];
  // In the browser's top layer no z-index of the page stands above it, and no transform moves it.
  const layer = document.createElement("div");
  layer.popover = "manual";
  layer.className = "layer";
  layer.lang = "en";
  const corner = document.createElement("div");
  corner.className = "corner";
  corner.hidden = true;
  const button = document.createElement("button");
  button.className = "launch";
  button.part = "launcher";
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
  button.ariaLabel = "Chat with our AI assistant";
  button.append(svg("M10 3c4.2 0 7.2 2.7 7.2 6.300s-3 6.3-7.2 6.300c-.8 0-1.6-.1-2.3-.3L4 17.200l.7-3.300A6 6 0 0 1 2.8 9.300C2.8 5.7 5.8 3 10 3z"));
  const failed = document.createElement("p");
  failed.className = "failed-load";
  failed.setAttribute("role", "alert");
  failed.textContent = "The chat could not be loaded. Try again.";
  failed.hidden = true;
  corner.append(failed, button);
  layer.append(corner);
  root.append(layer);

  const { accent } = script.dataset;
  if (accent && CSS.supports("color", accent)) host.style.setProperty("--synaptiq-accent", accent);

  // "auto" goes by what the page looks like, not by what the reader's system would like.
  function dress() {
    const wanted = script.dataset.theme;
    host.setAttribute("theme", wanted === "light" || wanted === "dark" ? wanted : pageIsDark() ? "dark" : "light");
  }
  function pageIsDark() {
    for (const element of [document.body, document.documentElement]) {
      const [red, green, blue, alpha = 1] = (element ? getComputedStyle(element).backgroundColor : "").match(/[\d.]+/g)?.map(Number) ?? [];
      if (red !== undefined && alpha > 0.5) return 0.3 * red + 0.6 * green + 0.1 * blue < 128;
    }
    return getComputedStyle(document.documentElement).colorScheme.includes("dark") && matchMedia("(prefers-color-scheme: dark)").matches;
  }

  let attached = 0, isShown = false;
  function attach() {
    // With a page that throws it out again and again there is no point in quarrelling.
    if (host.isConnected || attached > 20) return;
    attached++;
    setTimeout(() => attached--, 60000);
    // Beside the body: pages that exchange their body keep the chat.
    document.documentElement.append(host);
    if (isShown) layer.showPopover?.();
  }
  function show() {
    isShown = true;
    corner.hidden = false;
    dress();
    layer.showPopover?.();
  }

  let loading, tries = 0;
  const load = () => (loading ??= (async () => {
    try {
      // What could not be fetched once a browser does not fetch again under the same name.
      const chat = await import(`${base}static/widget/{{version}}${tries ? `-${tries % 10}` : ""}/chat.js`);
      return chat.start({ site, given: script.dataset, root, layer, corner, button, dress, config, emit, asked });
    } catch (error) {
      loading = null;
      tries++;
      throw error;
    }
  })());

  const listeners = {};
  function emit(name, detail) {
    for (const heard of listeners[name] ?? []) {
      try { heard(detail); } catch (error) { console.error(error); }
    }
  }
  const act = (name, ...given) => load().then((chat) => { failed.hidden = true; return chat[name](...given); }).catch((error) => {
    console.error("Synaptiq: the chat could not be loaded.", error);
    failed.hidden = false;
  });
  const api = {
    open: () => act("open"), close: () => loading && act("close"), identify: (token) => act("identify", token),
    greet: (text) => act("greet", text), reset: () => act("reset"),
    on: (name, heard) => { (listeners[name] ??= []).push(heard); },
    push: (call) => api[call?.[0]]?.(...call.slice(1)),
  };

  // Pages and their tools put functions of their own in place of `fetch`, which add headers, keep what they see or hold
  // streams back. A frame that shows nothing has the browser's.
  const frame = document.createElement("iframe");
  frame.hidden = true;
  function pristine() {
    if (/\[native code\]/.test(Function.prototype.toString.call(fetch))) return fetch;
    if (!frame.isConnected) root.append(frame);
    return frame.contentWindow?.fetch ?? fetch;
  }
  const asked = (path, options) => pristine()(`${base}api/v1/chat/${encodeURIComponent(site)}/${path}`, { credentials: "omit", mode: "cors", ...options });
  // Who has talked here before, and said that it may be remembered: what they have still to send, and what came since.
  const known = () => { try { const kept = JSON.parse(localStorage.getItem(`synaptiq:${site}`)); return kept.until > Date.now() && kept; } catch {} };
  // What the site wants: whom the visitor talks with, whether to ask before anything is remembered, greetings.
  attach();
  const ask = async () => {
    const answer = await asked(`widget?page=${encodeURIComponent(location.origin + location.pathname)}&conversation=${known()?.conversation ?? ""}`);
    if (!answer.ok) throw Object.assign(new Error((await answer.json()).detail), { isFinal: answer.status < 500 && answer.status !== 429 });
    const said = await answer.json();
    button.ariaLabel = `Chat with ${said.name}, AI assistant`;
    return said;
  };
  const config = (async () => {
    for (let pause = 2000; ; pause *= 2) {
      try {
        return await ask();
      } catch (error) {
        // Pages of origins that are not the site's may not read why.
        console.warn(`Synaptiq: no chat here. ${error instanceof TypeError ? `Is ${location.origin} among the origins of Settings > Sites?` : error.message}`);
        await new Promise((done) => {
          addEventListener("online", done, { once: true });
          if (!error.isFinal) setTimeout(done, pause);
        });
      }
    }
  })();
  config.then((said) => {
    show();
    if (said.greetings.length || known()) load().catch(() => {});
    emit("ready");
  });

  for (const intent of ["pointerenter", "focus", "touchstart"]) button.addEventListener(intent, () => load().catch(() => {}), { once: true, passive: true });
  button.addEventListener("click", () => act("toggle"));
  const waiting = Array.isArray(window.Synaptiq) ? window.Synaptiq : [];
  window.Synaptiq = api;
  waiting.forEach(api.push);

  const watch = () => new MutationObserver(attach).observe(document.documentElement, { childList: true });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", watch); else watch();
})();
