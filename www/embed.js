// <lockstep-scenario scenario="bank" threads="2"></lockstep-scenario>: a scenario of
// Lockstep in a page that allows scripts. Attributes are what a link says; the element's
// own, and those that HTML has for all, are not, but with param- before its name
// (param-style="tasks") any is. It makes the frame, sizes it, and speaks the messages.
//
// Not a module: those are only loaded from other sites that allow it by a header.

{
  const OWN =
    /^(class|dir|height|hidden|id|inert|lang|part|role|slot|style|tabindex|title|translate|(aria|data)-.*|on.*)$/;
  const site = new URL(".", document.currentScript.src);
  const isRequest = ({ type }) => type !== "set";

  class LockstepScenario extends HTMLElement {
    static observedAttributes = ["theme"];
    #frame;
    #gone = false;
    #there = false;
    #queue = [];
    #asked = new Map();

    connectedCallback() {
      const query = new URLSearchParams();
      for (const { name, value } of this.attributes) {
        if (name.startsWith("param-")) query.set(name.slice(6), value);
        else if (!OWN.test(name)) query.set(name, value);
      }
      this.#frame = document.createElement("iframe");
      Object.assign(this.#frame, {
        src: `${site}embed.html?${query}`,
        title: this.title || `Lockstep: ${query.get("scenario") ?? "counter"}`,
        allow: "cross-origin-isolated; clipboard-write",
        // What was asked for already is wanted also where nobody has scrolled to yet.
        loading: this.#queue.some(isRequest) ? "eager" : "lazy",
      });
      const height = parseInt(this.getAttribute("height")) || 480;
      Object.assign(this.#frame.style, { border: "0", width: "100%", height: `${height}px` });
      this.style.display ||= "block";
      this.#gone = false;
      addEventListener("message", this);
      this.replaceChildren(this.#frame);
    }

    disconnectedCallback() {
      removeEventListener("message", this);
      for (const { reject } of this.#asked.values()) reject(new Error("The frame is gone."));
      this.#asked.clear();
      this.#queue = [];
      this.#there = false;
      this.#gone = true;
    }

    attributeChangedCallback(name, before, theme) {
      if (this.#frame) this.#ask("set", { theme: theme ?? "auto" }).catch(() => {});
    }

    run() { return this.#ask("run"); }
    stop() { return this.#ask("stop"); }
    get() { return this.#ask("get"); }
    set(params) { return this.#ask("set", { params }); }
    step(by = 1) { return this.#ask("step", { by }); }
    explore(options) { return this.#ask("explore", options); }

    // Before the element is in a page it is asked later; once it was taken out, never.
    #ask(type, more) {
      if (this.#gone) return Promise.reject(new Error("The frame is gone."));
      if (this.#frame && isRequest({ type })) this.#frame.loading = "eager";
      return new Promise((resolve, reject) => {
        const id = crypto.getRandomValues(new Uint32Array(2)).join("-");
        this.#asked.set(id, { resolve, reject });
        this.#queue.push({ ...more, lockstep: 1, type, id });
        this.#send();
      });
    }

    // What is said before the frame is there would be lost.
    #send() {
      if (!this.#there) return;
      for (const message of this.#queue.splice(0)) {
        this.#frame.contentWindow.postMessage(message, site.origin);
      }
    }

    handleEvent({ data, source }) {
      if (source !== this.#frame.contentWindow || data?.lockstep !== 1) return;
      this.#there = true;
      this.#send();
      if (data.type === "resize") this.#frame.style.height = `${data.height}px`;
      const asked = this.#asked.get(data.id);
      if (asked && data.type !== "progress") {
        this.#asked.delete(data.id);
        if (data.type === "error") asked.reject(new Error(data.message));
        else asked.resolve(data);
      }
      this.dispatchEvent(new CustomEvent(`lockstep-${data.type}`, { detail: data }));
    }
  }

  if (!customElements.get("lockstep-scenario")) {
    customElements.define("lockstep-scenario", LockstepScenario);
  }
}
