/* Keys, remembered menu groups and the bulk bar's count. Every page works without this file. */
"use strict";
(() => {
  const rows = () => [...document.querySelectorAll("tr[data-row]")];
  const here = () => document.querySelector("tr.here");
  const store = (key, value) => {
    try {
      if (value === undefined) return localStorage.getItem(key);
      localStorage.setItem(key, value);
    } catch { /* private browsing: the choice lasts for this page only */ }
    return null;
  };

  function step(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(here());
    const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    here()?.classList.remove("here");
    next.classList.add("here");
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a.open, a")?.focus({ preventScroll: true });
  }

  function choose() {
    const box = here()?.querySelector("input.box");
    if (!box) return;
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function leave() {
    const chosen = document.querySelectorAll("tbody input.box:checked");
    chosen.forEach((box) => { box.checked = false; });
    if (chosen.length) chosen[0].dispatchEvent(new Event("change", { bubbles: true }));
    document.querySelectorAll("details:has(> .drop)[open]").forEach((drop) => { drop.open = false; });
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }

  const keys = {
    "/": () => document.querySelector("[data-key='/']")?.focus(),
    j: () => step(1),
    k: () => step(-1),
    Enter: () => here()?.querySelector("a.open, a")?.click(),
    x: choose,
    "?": () => document.getElementById("keys")?.showModal(),
  };

  function pressed(event) {
    if (event.key === "Escape") return void leave();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog[open]")) return;
    if (event.key === "Enter" && event.target.closest("a, button, summary")) return;
    if (event.key !== "Enter" && store("keys-off") === "yes") return;
    const named = document.querySelector(`[data-key='${CSS.escape(event.key)}']`);
    const act = keys[event.key] || (named && (() => {
      (here()?.querySelector(`[data-key='${CSS.escape(event.key)}']`) || named).click();
    }));
    if (!act) return;
    event.preventDefault();
    act();
  }

  function counted() {
    document.querySelectorAll("form.table-form").forEach((form) => {
      const boxes = [...form.querySelectorAll("tbody input.box")];
      const chosen = boxes.filter((box) => box.checked).length;
      const said = form.querySelector("output[data-chosen]");
      if (said) said.textContent = said.dataset.chosen.replace("0", chosen);
      const all = form.querySelector("thead input.box");
      if (!all) return;
      all.hidden = false;
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    });
  }

  function changed(event) {
    const box = event.target;
    if (box.id === "keys-off") store("keys-off", box.checked ? "yes" : "no");
    if (box.matches("thead input.box")) {
      box.closest("table").querySelectorAll("tbody input.box").forEach((one) => {
        one.checked = box.checked;
      });
    }
    counted();
  }

  document.querySelectorAll(".nav details[data-group]").forEach((group) => {
    const key = `menu-${group.dataset.group}`;
    const kept = store(key);
    if (kept && !group.querySelector("[aria-current]")) group.open = kept === "open";
    group.addEventListener("toggle", () => store(key, group.open ? "open" : "shut"));
  });
  const off = document.getElementById("keys-off");
  if (off) off.checked = store("keys-off") === "yes";
  document.addEventListener("keydown", pressed);
  document.addEventListener("change", changed);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-clear]")) { event.preventDefault(); leave(); }
  });
  counted();
})();
