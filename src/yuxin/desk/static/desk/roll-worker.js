/* Keeps the last rolls that were opened, so that they open without a network. Nothing else. */
"use strict";
const KEPT = "yuxin-rolls";
const ROLLS_MAX = 20;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

async function remember(request, answer) {
  const kept = await caches.open(KEPT);
  await kept.put(request, answer);
  const rolls = (await kept.keys()).filter((one) => one.mode === "navigate" || one.url.includes("/roll"));
  for (const old of rolls.slice(0, Math.max(0, rolls.length - ROLLS_MAX))) await kept.delete(old);
}

async function fromNetwork(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) await remember(request, answer.clone());
    return answer;
  } catch (error) {
    const saved = await caches.match(request, { ignoreSearch: true, ignoreVary: true });
    if (saved) return saved;
    throw error;
  }
}

async function fromHere(request) {
  return (await caches.match(request)) || fromNetwork(request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromHere(request));
  else if (request.mode === "navigate" && url.pathname.endsWith("/roll")) event.respondWith(fromNetwork(request));
});
