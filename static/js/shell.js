/* Behaviour of the staff pages. It hangs on data- attributes, and every page works without it. */
"use strict";

(() => {
  const find = (selector, root = document) => root.querySelector(selector);
  const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
  const isVisible = (element) => element.getClientRects().length > 0;

  /* Say something to screen readers without moving the focus. */
  const announce = (text) => {
    const region = find("#announcer");
    if (region && region.textContent !== text) region.textContent = text;
  };

  /* ---- dialogs: a link to a page that does the same opens the dialog instead ---- */
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog-open]");
    if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const dialog = document.getElementById(opener.dataset.dialogOpen);
    if (!(dialog instanceof HTMLDialogElement)) return;
    event.preventDefault();
    opener.closest("details[data-menu]")?.removeAttribute("open");
    dialog.showModal();
  });

  /* ---- menus on <details>: close on Escape, on a click elsewhere, when another opens ---- */
  const closeMenus = (except) => {
    for (const menu of findAll("details[data-menu][open]")) {
      if (menu !== except && !menu.contains(except)) menu.open = false;
    }
  };
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const menu = find("details[data-menu][open]");
    if (!menu) return;
    const hadFocus = menu.contains(document.activeElement);
    menu.open = false;
    if (hadFocus) find("summary", menu).focus();
  });

  /* ---- j and k go to the next and the previous row of a list; Enter then opens it ---- */
  const moveRow = (by) => {
    const rows = findAll("main [data-row-link]").filter(isVisible);
    if (!rows.length) return;
    const now = rows.indexOf(document.activeElement);
    rows[now < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(now + by, 0), rows.length - 1)].focus();
  };

  /* ---- e does the first thing beside the row that has the focus, s opens what puts it off ---- */
  const actOnRow = (key) => {
    const row = document.activeElement?.closest("[data-row]");
    if (!row) return false;
    if (key === "e") {
      const first = find("[data-row-done]", row);
      first?.click();
      return Boolean(first);
    }
    const menu = find("details[data-menu]", row);
    if (!menu) {
      find("[data-row-later]", row)?.focus();
      return true;
    }
    menu.open = true;
    find("button", menu)?.focus();
    return true;
  };

  /* ---- a row that is done leaves: the focus goes to the one that takes its place ---- */
  let rowBefore = -1;
  document.addEventListener("htmx:beforeRequest", (event) => {
    const row = event.target.closest?.("[data-row]");
    rowBefore = row ? findAll("main [data-row]").indexOf(row) : -1;
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (rowBefore < 0 || event.target.id !== "today") return;
    const rows = findAll("main [data-row]");
    const next = rows[Math.min(rowBefore, rows.length - 1)];
    rowBefore = -1;
    if (next) find("[data-row-link]", next).focus();
    else find("h1")?.setAttribute("tabindex", "-1"), find("h1")?.focus();
  });

  /* ---- a part that asks again every few seconds never takes the focus away (A-05) ---- */
  const same = (one, other) =>
    one.tagName === other.tagName && one.textContent === other.textContent && ["href", "name", "value"].every((name) => one.getAttribute(name) === other.getAttribute(name));
  let held = null;
  document.addEventListener("htmx:beforeSwap", (event) => {
    const asks = event.detail.requestConfig?.elt?.getAttribute("hx-trigger") ?? "";
    const focused = document.activeElement;
    held = asks.startsWith("every") && !focused.id && event.detail.target.contains(focused) ? focused : null;
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (!held || held.isConnected) return;
    const again = findAll(`main ${held.tagName}`).find((one) => same(one, held));
    held = null;
    if (again) again.focus({ preventScroll: true });
    else find("h1")?.setAttribute("tabindex", "-1"), find("h1")?.focus({ preventScroll: true });
  });

  /* ---- single-key shortcuts: never inside a field, and only if the user wants them ---- */
  let pending = "";
  let pendingUntil = 0;
  document.addEventListener("keydown", (event) => {
    if (!("shortcuts" in document.body.dataset)) return;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog[open]")) return;
    if (event.key.length !== 1) return;
    const keys = pending && performance.now() < pendingUntil ? `${pending} ${event.key}` : event.key;
    pending = "";
    if (keys === "g") {
      pending = "g";
      pendingUntil = performance.now() + 1500;
      return;
    }
    if (keys === "?") {
      find("#shortcuts-dialog")?.showModal();
      event.preventDefault();
      return;
    }
    const target = findAll("[data-shortcut]").find((each) => each.dataset.shortcut === keys);
    if (!target && (keys === "j" || keys === "k")) {
      moveRow(keys === "j" ? 1 : -1);
      return;
    }
    if ((keys === "e" || keys === "s") && actOnRow(keys)) {
      event.preventDefault();
      return;
    }
    if (!target) return;
    event.preventDefault();
    if (target.matches("input, textarea, select") && isVisible(target)) {
      target.focus();
      target.select?.();
    } else if (target.matches("input")) {
      window.location.assign(target.form.action);
    } else {
      target.click();
    }
  });

  /* ---- a form is sent once, however often its button is pressed ---- */
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.hasAttribute("hx-post") || event.defaultPrevented) return;
    if ("repeatable" in form.dataset) return; // a download leaves the page as it is
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    if (form.method === "post") form.dataset.sent = "1";
  });
  window.addEventListener("pageshow", () => {
    for (const form of findAll("form[data-sent]")) delete form.dataset.sent;
  });

  /* ---- choose many: one box for all, and a count of the chosen ---- */
  const countChosen = (group) => {
    const boxes = findAll(`input[type="checkbox"][data-choose="${group}"]`);
    const chosen = boxes.filter((box) => box.checked).length;
    for (const all of findAll(`input[data-choose-all="${group}"]`)) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    for (const out of findAll(`[data-chosen-count="${group}"]`)) out.textContent = String(chosen);
  };
  document.addEventListener("change", (event) => {
    const { chooseAll, choose } = event.target.dataset ?? {};
    if (chooseAll) {
      for (const box of findAll(`input[type="checkbox"][data-choose="${chooseAll}"]`)) {
        box.checked = event.target.checked;
      }
    }
    if (chooseAll || choose) countChosen(chooseAll || choose);
  });

  /* ---- a filter is applied as soon as it changes; its form has a button for those without this ---- */
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("[data-auto-submit]")) event.target.form?.requestSubmit();
  });

  /* ---- addresses without the fields that are empty ---- */
  document.addEventListener("htmx:configRequest", (event) => {
    if (!event.detail.elt.hasAttribute("data-tidy")) return;
    const { parameters } = event.detail;
    for (const name of [...parameters.keys()]) {
      const values = parameters.getAll(name).filter((value) => value !== "");
      parameters.delete(name);
      for (const value of values) parameters.append(name, value);
    }
  });

  /* ---- details that stand open where there is room for them ---- */
  const openWide = (root) => {
    const wide = window.matchMedia("(min-width: 64rem)").matches;
    if (wide) for (const details of findAll("details[data-open-wide]", root)) details.open = true;
  };

  /* ---- an error summary takes the focus when the page or a partial brings one ---- */
  const takeFocus = (root) => find("[data-take-focus]", root)?.focus();

  /* ---- progress is said politely at quarters only ---- */
  const quarters = new Map();
  const announceProgress = () => {
    for (const bar of findAll("progress[data-announce]")) {
      const percent = bar.max ? Math.floor((bar.value / bar.max) * 4) * 25 : 0;
      const label = bar.dataset.announce;
      if (quarters.has(label) && quarters.get(label) !== percent) announce(`${label}: ${percent}%`);
      quarters.set(label, percent);
    }
  };

  const trouble = (text) => {
    const region = find("#messages");
    if (!region) return;
    const box = document.createElement("div");
    box.className = "alert alert-bad";
    box.textContent = text;
    region.replaceChildren(box);
    box.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("DOMContentLoaded", () => {
    takeFocus(document);
    announceProgress();
    openWide(document);
    for (const all of findAll("input[data-choose-all]")) countChosen(all.dataset.chooseAll);
  });
  document.addEventListener("htmx:afterSettle", (event) => {
    const brought = event.detail.elt ?? document;
    takeFocus(brought);
    announceProgress();
    const said = brought.matches?.("[data-say]") ? brought : find("[data-say]", brought);
    if (said) announce(said.textContent.trim());
    openWide(brought);
  });
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.xhr.status === 403) trouble("You are not allowed to do that, or your session has ended. Load the page again.");
    else trouble("That did not work, and nothing was changed. Load the page again and try once more.");
  });
  document.addEventListener("htmx:sendError", () => trouble("No connection. Nothing was changed; try again when you are back online."));
})();
