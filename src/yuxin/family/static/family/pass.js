/* The visit code on the phone: made here every half minute, also without a network.
   The keys lie in this browser as keys that no script can read out; they are dropped at sign-out. */
"use strict";
(() => {
  const SECONDS = 30;
  const DIGITS = 8;
  const place = document.querySelector("[data-passes]");
  if (!place || !window.crypto?.subtle || !window.indexedDB) return;

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("yuxin-passes", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("passes", { keyPath: "contract" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const done = (asked) => new Promise((resolve, reject) => {
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const store = async (mode) => (await opened).transaction("passes", mode).objectStore("passes");

  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const imported = (hex) => crypto.subtle.importKey(
    "raw", bytes(hex), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

  async function keep(passes) {
    const ready = await Promise.all(passes.map(async (one) => ({
      contract: one.contract, course: one.course, institution: one.institution,
      key: await imported(one.key),
    })));
    const shelf = await store("readwrite");
    await done(shelf.clear());
    await Promise.all(ready.map((one) => done(shelf.put(one))));
  }

  async function refresh() {
    let answer;
    try {
      answer = await fetch(place.dataset.keys, { headers: { Accept: "application/json" } });
    } catch { return false; /* no network: what lies here is used */ }
    if (answer.ok && !answer.redirected) await keep((await answer.json()).passes);
    return true;
  }

  async function digits(pass, step) {
    const text = new TextEncoder().encode(`yuxin-visit|${pass.contract}|${step}`);
    const hash = new Uint8Array(await crypto.subtle.sign("HMAC", pass.key, text));
    const at = hash[31] & 15;
    const number = ((hash[at] & 127) * 2 ** 24) + (hash[at + 1] << 16) + (hash[at + 2] << 8)
      + hash[at + 3];
    return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
  }

  async function show() {
    const passes = await done((await store("readonly")).getAll());
    const now = Date.now() / 1000;
    const step = Math.floor(now / SECONDS);
    for (const pass of passes) {
      const card = place.querySelector(`[data-contract="${pass.contract}"]`) || added(pass);
      if (card.dataset.step === String(step)) continue;
      const code = await digits(pass, step);
      card.dataset.step = String(step);
      card.querySelector("[data-digits]").textContent = `${code.slice(0, 4)} ${code.slice(4)}`;
      card.querySelector("[data-code]").replaceChildren(
        drawn(window.yuxinQr(`${pass.contract}:${code}`)));
    }
    place.querySelectorAll("[data-left]").forEach((left) => {
      left.value = SECONDS - Math.floor(now % SECONDS);
    });
    place.hidden = !passes.length;
  }

  function added(pass) {
    const card = document.querySelector("template[data-card]").content.firstElementChild
      .cloneNode(true);
    card.dataset.contract = pass.contract;
    card.querySelector("[data-course]").textContent = pass.course;
    card.querySelector("[data-institution]").textContent = pass.institution;
    card.querySelector("[data-number]").textContent = pass.contract;
    place.append(card);
    return card;
  }

  function drawn(rows) {
    const quiet = 4;
    const size = rows.length + 2 * quiet;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    const dark = rows.flatMap((row, y) => row.map((on, x) => (
      on ? `M${x + quiet} ${y + quiet}h1v1h-1z` : "")));
    path.setAttribute("d", dark.join(""));
    svg.append(path);
    return svg;
  }

  const online = document.querySelector("[data-offline]");
  refresh().then((there) => {
    if (online) online.hidden = there;
    return show();
  }).then(() => setInterval(show, 1000));
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(place.dataset.worker);
})();
