{% load static %}/* Keeps the page of the visit code on the phone, so that it opens without a network. */
"use strict";
const SHELF = "yuxin-visit-2";
const PAGE = "{% url 'family:visit' %}";
const PARTS = ["{% static 'family/pass.js' %}", "{% static 'family/qr.js' %}", "{% static 'family/pass.css' %}", "{% static 'look/tokens.css' %}", "{% static 'look/base.css' %}", "{% static 'look/phone.css' %}", "{% static 'look/icons.svg' %}"];

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll([...PARTS, PAGE])).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter((name) => name.startsWith("yuxin-visit") && name !== SHELF).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname === PAGE && url.search === "") {
    event.respondWith(fetch(event.request).then(async (answer) => {
      if (answer.ok && !answer.redirected) await (await caches.open(SHELF)).put(PAGE, answer.clone());
      return answer;
    }).catch(() => caches.match(PAGE)));
  } else if (PARTS.includes(url.pathname)) {
    event.respondWith(fetch(event.request).catch(() => caches.match(url.pathname)));
  }
});
