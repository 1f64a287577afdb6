// Asking the Chat API, and reading its event stream by `fetch`: the token goes in a header, never in an address.

// The server says every 15 seconds that it is there.
const SILENT_MS = 40000;

/** What the server refused, with its problem document; `retryAfter` in seconds. */
export class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(problem.detail || "Something went wrong.");
    Object.assign(this, { status, code: problem.code, param: problem.param, problem, retryAfter });
  }
  /** Whether the same again may go well later. */
  get passes() { return this.status === 429 || this.status >= 500; }
}

// A proxy's page is no problem document.
const refusal = async (answer) => new Refused(answer.status, await answer.json().catch(() => ({})), Number(answer.headers.get("Retry-After")) || 0);

export class Net {
  /** `asked(path, options)` is the loader's fetch of this site; `token()` the visitor's, or null. */
  constructor(asked, token) {
    this.asked = asked;
    this.token = token;
  }

  get(path, options) { return this.#ask(path, { ...options, headers: this.#headers() }); }

  post(path, body, options) {
    return this.#ask(path, { ...options, method: "POST", headers: { ...this.#headers(), "Content-Type": "application/json" }, body: JSON.stringify(body) });
  }

  #headers() {
    const token = this.token();
    return token ? { Authorization: `Bearer ${token}` } : {};
  }

  async #ask(path, options) {
    const answer = await this.asked(path, { signal: AbortSignal.timeout?.(20000), ...options });
    if (!answer.ok) throw await refusal(answer);
    return answer.json();
  }

  /** Call `heard(event)` for each event after `after`; returns when the stream ends, or is silent for longer than a living
      one is. With `looks` it ends with what has come. Throws what breaks it. */
  async stream(conversation, after, heard, signal, looks) {
    const query = new URLSearchParams({ after, ...(conversation && { conversation_id: conversation }), ...(looks && { look: 1 }) });
    const answer = await this.asked(`events?${query}`, { headers: this.#headers(), signal });
    if (!answer.ok) throw await refusal(answer);
    const reader = answer.body.getReader(), decoder = new TextDecoder();
    let text = "", silence;
    for (;;) {
      silence = setTimeout(() => reader.cancel(), SILENT_MS);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) return;
      text += decoder.decode(value, { stream: true });
      const frames = text.split("\n\n");
      text = frames.pop();
      for (const frame of frames) {
        const data = frame.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart()).join("\n");
        heard(data ? JSON.parse(data) : null);
      }
    }
  }
}
