/* The pipeline: cards moved by pointer, by menu and by keyboard, and changes of others shown without
 * taking focus or place. Everything here can also be done by forms and links alone. */
"use strict";

(() => {
  const POLL = 10_000; // also the least time between two announcements
  const root = document.getElementById("board");
  if (!root) return;
  const strip = document.getElementById("board-status");
  const news = document.getElementById("board-changes");
  const dialog = document.getElementById("move-dialog");
  const form = document.getElementById("move-form");
  const isTable = root.dataset.view === "table";
  const find = (selector, from = document) => from.querySelector(selector);
  const findAll = (selector, from = document) => [...from.querySelectorAll(selector)];
  const cardOf = (id) => find(`[data-card="${CSS.escape(id)}"]`, root);
  const nameOf = (card) => find("[data-row-link]", card).textContent;

  /* A narrow window, or one that is enlarged to 400 %, begins with the table. */
  if (!isTable && !("explicit" in root.dataset) && window.matchMedia("(max-width: 40rem)").matches) {
    const there = new URL(window.location.href);
    there.searchParams.set("view", "table");
    window.location.replace(there);
    return;
  }

  /* ---- asking the server ---- */
  let since = "";
  const known = new Set();
  const readState = () => {
    const state = find("[data-now]", root);
    if (!state) return;
    since = state.dataset.now;
    for (const key of state.dataset.known.split(" ").filter(Boolean)) known.add(key);
  };
  const query = () => {
    const asked = new URLSearchParams(window.location.search);
    for (const name of ["moved", "page"]) asked.delete(name);
    asked.set("view", root.dataset.view);
    return `?${asked}`;
  };
  const say = (text) => {
    const line = document.createElement("div");
    line.className = "status-strip status-strip-bad";
    const words = document.createElement("p");
    words.textContent = text;
    line.append(words);
    strip.replaceChildren(line);
  };
  const ask = async (address, data) => {
    try {
      const answer = await fetch(address + query(), {
        method: "POST", body: data, headers: { Accept: "application/json" }, redirect: "error",
      });
      if ([200, 409, 422].includes(answer.status)) return await answer.json();
      say(answer.status === 404
        ? "This person is not on the board any more. Load the page again."
        : "That did not work, and nothing was changed. Load the page again and try once more.");
    } catch {
      say("No connection, or your session has ended. Nothing was changed; load the page and try again.");
    }
    return null;
  };
  const token = () => find("input[name=csrfmiddlewaretoken]", form).value;

  /* ---- one card ---- */
  const place = (answer) => {
    const old = cardOf(answer.id);
    if (isTable) {
      if (old && answer.card) {
        const body = document.createElement("tbody");
        body.innerHTML = answer.card;
        old.replaceWith(body.firstElementChild);
      } else old?.remove();
      return;
    }
    old?.remove();
    const list = find(`[data-stage="${answer.stage}"]`, root);
    if (answer.card && list) {
      const holder = document.createElement("ul");
      holder.innerHTML = answer.card;
      const card = holder.firstElementChild;
      list.insertBefore(card, list.children[answer.position - 1] ?? find(".board-more", list));
      card.firstElementChild.classList.add("board-card-moved");
    }
    for (const [stage, { count, late, head }] of Object.entries(answer.columns)) {
      const column = find(`[data-column="${stage}"]`, root);
      if (!column) continue;
      find("[data-head]", column).textContent = head;
      find("[data-count]", column).textContent = count;
      const lateness = find("[data-late]", column);
      lateness.hidden = !late;
      lateness.textContent = `${late} late`;
    }
  };
  const nextTo = (card) => {
    const rows = findAll("[data-card]", card.parentElement);
    const at = rows.indexOf(card);
    return rows[at + 1] ?? rows[at - 1] ?? card.closest("[data-column]");
  };
  const focusOn = (target) => {
    if (!target?.isConnected) return false;
    const stop = target.matches("[data-card]")
      ? find("[data-move]", target) ?? find("[data-row-link]", target)
      : find("h2", target);
    stop?.focus();
    return document.activeElement === stop;
  };
  const focusAfter = (id, next) => {
    const keeps = "keepsPlace" in root.dataset;
    if (keeps && focusOn(next)) return;
    if (focusOn(cardOf(id)) || focusOn(next)) return;
    (find("[data-row-link], h2", root) ?? document.getElementById("content")).focus();
  };
  const send = async (id, address, data, next) => {
    data.set("csrfmiddlewaretoken", token());
    const answer = await ask(address, data);
    if (answer) {
      for (const key of answer.known) known.add(key);
      place(answer);
      strip.innerHTML = answer.strip;
    }
    focusAfter(id, next);
    return Boolean(answer);
  };
  const move = (card, stage, next = nextTo(card)) => {
    const data = new FormData();
    data.set("stage", stage);
    data.set("seen", card.dataset.seen);
    return send(card.dataset.card, find("[data-move]", card).formAction.split("?")[0], data, next);
  };
  const closingPage = (card, how) => {
    const page = find("[data-row-link]", card).href;
    return how === "reject" ? `${page}/reject` : `${page}#close`;
  };

  /* ---- the menu ---- */
  let moving = null;
  const openMenu = (card) => {
    moving = card;
    find("h2", dialog).textContent = `Move ${nameOf(card)} to`;
    find("[name=seen]", form).value = card.dataset.seen;
    for (const button of findAll("[data-pk]", form)) {
      const isHere = button.dataset.pk === card.dataset.seen;
      button.toggleAttribute("aria-current", isHere);
      if (isHere) button.setAttribute("aria-current", "true");
      find("[data-here]", button).hidden = !isHere;
    }
    for (const link of findAll("a[data-close]", dialog)) link.href = closingPage(card, link.dataset.close);
    dialog.showModal();
    (find("[aria-current] ~ [data-pk]", form) ?? find("[data-pk]", form)).focus();
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-move]");
    if (!button || !dialog) return;
    event.preventDefault();
    openMenu(button.closest("[data-card]"));
  });
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    const card = moving;
    dialog.close();
    if (card?.isConnected) move(card, event.submitter.value);
  });

  /* ---- undo ---- */
  strip.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = event.target;
    const data = new FormData(asked);
    if (asked.matches("[data-undo]")) {
      await send(asked.action.split("/").at(-3), asked.action, data, null);
      return;
    }
    const answer = await ask(asked.action, data);
    if (answer) await several(answer);
  });

  /* ---- several ---- */
  const several = async (answer) => {
    for (const key of answer.known) known.add(key);
    await redraw(new Set());
    strip.innerHTML = answer.strip;
    focusAfter(answer.first, null);
  };
  document.addEventListener("submit", async (event) => {
    const many = event.target;
    if (many.id !== "many") return;
    if ("really" in many.dataset || event.submitter?.hasAttribute("data-answer")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const answer = await ask(many.getAttribute("action").split("?")[0], new FormData(many));
    if (!answer) return;
    if (answer.ask) {
      many.submit();
      return;
    }
    if (answer.first || answer.known.length) await several(answer);
    else {
      strip.innerHTML = answer.strip;
      find("select", many).focus();
    }
  }, true);

  /* ---- drawn anew: the same focus, the same place, the same boxes ---- */
  const redraw = async (changed) => {
    const focus = document.activeElement?.id;
    const inside = root.contains(document.activeElement);
    const chosen = new Set(findAll("[name=chosen]:checked", root).map((box) => box.value.split(".")[0]));
    const board = find(".board", root);
    const at = board ? [board.scrollLeft, board.scrollTop] : null;
    const page = [window.scrollX, window.scrollY];
    const answer = await fetch(root.dataset.address + query(), { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    root.innerHTML = await answer.text();
    for (const box of findAll("[name=chosen]", root)) box.checked = chosen.has(box.value.split(".")[0]);
    if (chosen.size) find("[name=chosen]", root)?.dispatchEvent(new Event("change", { bubbles: true }));
    for (const id of changed) cardOf(id)?.classList.add("board-changed");
    begin();
    if (at) find(".board", root)?.scrollTo(...at);
    window.scrollTo(...page);
    if (inside && focus) document.getElementById(focus)?.focus({ preventScroll: true });
  };

  /* ---- what others did: said, and shown when it is asked for ---- */
  let pending = new Set();
  let said = 0;
  const tell = () => {
    if (!pending.size || performance.now() - said < POLL) return;
    said = performance.now();
    const words = `${pending.size} ${pending.size === 1 ? "change" : "changes"} – refresh`;
    let button = find("button", news);
    if (!button) {
      button = document.createElement("button");
      button.type = "button";
      button.className = "button";
      news.replaceChildren(button);
    }
    if (button.textContent !== words) button.textContent = words;
  };
  news.addEventListener("click", async () => {
    const changed = pending;
    pending = new Set();
    await redraw(changed);
    news.replaceChildren();
    const first = findAll(".board-changed", root)[0];
    if (!focusOn(first)) focusAfter("", null);
  });
  const poll = async () => {
    if (document.visibilityState !== "visible") return;
    try {
      const address = `${root.dataset.changes}?since=${encodeURIComponent(since)}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
      if (!answer.ok) return;
      for (const [card, key] of (await answer.json()).changes) if (!known.has(key)) pending.add(card);
      tell();
    } catch {
      /* asked again in a moment */
    }
  };
  window.setInterval(poll, POLL);

  /* ---- dragging ---- */
  const dropped = async ({ item, from, to, oldIndex }) => {
    const back = () => from.insertBefore(item, from.children[oldIndex] ?? null);
    if (from === to) return back();
    if (to.dataset.close) {
      back();
      window.location.assign(closingPage(item, to.dataset.close));
      return undefined;
    }
    const rows = findAll("[data-card]", from);
    const next = rows[oldIndex] ?? rows.at(-1) ?? from.closest("[data-column]");
    if (!(await move(item, to.dataset.stage, next)) && item.isConnected) back();
    return undefined;
  };
  const makeDraggable = () => {
    if (isTable || !dialog || !window.Sortable) return;
    for (const list of findAll("[data-stage], .board-drop", root)) {
      window.Sortable.create(list, {
        group: { name: "board", pull: !list.dataset.close },
        draggable: ".board-item",
        filter: "input, button, label",
        preventOnFilter: false,
        sort: false,
        forceFallback: true,
        fallbackOnBody: true,
        fallbackTolerance: 5,
        delay: 200,
        delayOnTouchOnly: true,
        ghostClass: "board-ghost",
        dragClass: "board-drag",
        animation: window.matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
        onEnd: dropped,
      });
    }
  };

  /* ---- the rest of a column ---- */
  root.addEventListener("click", async (event) => {
    const more = event.target.closest("[data-more]");
    if (!more) return;
    event.preventDefault();
    const row = more.closest("li");
    const answer = await fetch(more.dataset.more);
    if (!answer.ok) {
      window.location.assign(more.href);
      return;
    }
    const holder = document.createElement("ul");
    holder.innerHTML = await answer.text();
    const fresh = [...holder.children].filter((card) => !card.dataset.card || !cardOf(card.dataset.card));
    row.replaceWith(...fresh);
    find("[data-row-link], a", fresh[0] ?? root)?.focus();
  });

  /* ---- single keys, if the account has them: x chooses, v opens the menu ---- */
  document.addEventListener("keydown", (event) => {
    if (!("shortcuts" in document.body.dataset) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("select, textarea, dialog[open], input:not([type=checkbox])")) return;
    const card = document.activeElement?.closest("[data-card]");
    if (!card) return;
    if (event.key === "x") find("[name=chosen]", card)?.click();
    else if (event.key === "v" && dialog) openMenu(card);
    else return;
    event.preventDefault();
  });

  const begin = () => {
    readState();
    makeDraggable();
  };
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === root) begin();
  });
  begin();
})();
