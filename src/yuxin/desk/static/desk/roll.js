/* A roll tapped without a network waits on the phone and is sent once. Works without this file. */
"use strict";
(() => {
  const form = document.querySelector("form[data-queue]");
  const strip = document.getElementById("queue");
  const NAME = "yuxin-queue", STORE = "acts", KEPT_MS = 72 * 3600 * 1000;

  function open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "id" });
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async function store(mode, act) {
    const database = await open();
    return new Promise((resolve, reject) => {
      const asked = act(database.transaction(STORE, mode).objectStore(STORE));
      asked.onsuccess = () => { database.close(); resolve(asked.result); };
      asked.onerror = () => { database.close(); reject(asked.error); };
    });
  }

  // A phone may change hands: only the acts of whoever reads this page are counted and sent.
  const who = strip ? strip.dataset.who : "";
  const all = async () => {
    const kept = await store("readonly", (acts) => acts.getAll());
    for (const act of kept) if (act.who !== who) await drop(act.id);
    return kept.filter((act) => act.who === who);
  };
  const keep = (act) => store("readwrite", (acts) => acts.put(act));
  const drop = (id) => store("readwrite", (acts) => acts.delete(id));

  function say(key, count) {
    if (!strip) return;
    strip.hidden = !key;
    strip.querySelectorAll("[data-say]").forEach((one) => { one.hidden = one.dataset.say !== key; });
    strip.querySelectorAll("[data-count]").forEach((one) => { one.textContent = String(count); });
  }

  async function shown() {
    const count = (await all()).length;
    if (count) return say(navigator.onLine ? "waiting" : "kept", count);
    say(navigator.onLine ? "" : "offline", 0);
  }

  async function send(act) {
    // After signing in again the page's own token is the one that holds.
    const token = document.querySelector("input[name='csrfmiddlewaretoken']");
    const fields = act.fields.map(([name, value]) =>
      [name, name === "csrfmiddlewaretoken" && token ? token.value : value]);
    const body = new URLSearchParams(fields);
    const answer = await fetch(act.url, {
      method: "POST", body, credentials: "same-origin", redirect: "manual",
      headers: { "X-Queue": "1" }, signal: AbortSignal.timeout(20000),
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) return "sign-in";
    if (answer.status >= 500) return "later";
    return (await answer.json()).outcome;
  }

  let sending = false;
  async function flush() {
    if (sending) return;
    sending = true;
    try {
      for (const act of (await all()).sort((one, other) => one.at - other.at)) {
        const outcome = await send(act);
        if (outcome === "later" || outcome === "sign-in") { say(outcome, (await all()).length); return; }
        await drop(act.id);
        if (location.pathname === act.url) { location.replace(`${act.url}?done=${outcome}`); return; }
      }
      await shown();
    } catch {
      await shown();
    } finally {
      sending = false;
    }
  }

  async function tapped(event) {
    const fields = [...new FormData(form).entries()];
    const at = new Date();
    const dated = fields.map(([name, value]) => [name, name === "occurred_at" ? at.toISOString() : value]);
    event.preventDefault();
    const id = fields.find(([name]) => name === "request_id")[1];
    await keep({ id, who, url: location.pathname, fields: dated, at: at.getTime() });
    document.querySelectorAll(`button[form='${form.id}']`).forEach((one) => { one.disabled = true; });
    say(navigator.onLine ? "waiting" : "kept", (await all()).length);
    await flush();
  }

  async function start() {
    for (const act of await all()) if (Date.now() - act.at > 2 * KEPT_MS) await drop(act.id);
    if (form) form.addEventListener("submit", tapped);
    window.addEventListener("online", flush);
    window.addEventListener("offline", shown);
    document.querySelectorAll("form[action='/sign-out']").forEach((one) => {
      one.addEventListener("submit", () => { indexedDB.deleteDatabase(NAME); caches.delete("yuxin-rolls"); });
    });
    await shown();
    await flush();
  }

  if ("indexedDB" in window) start().catch(() => { /* private browsing: the plain form works */ });
  if ("serviceWorker" in navigator && window.isSecureContext) {
    navigator.serviceWorker.register("/desk/roll-worker.js", { scope: "/desk/sessions/" })
      .catch(() => { /* no saved copy; the queue still works while the page is open */ });
  }
})();
