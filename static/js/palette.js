/* The command palette: a dialog with a combobox. Without this file its link opens a page. */
"use strict";

(() => {
  const dialog = document.getElementById("palette");
  if (!(dialog instanceof HTMLDialogElement)) return;
  const input = dialog.querySelector("#palette-q");
  const list = dialog.querySelector("#palette-options");
  const form = dialog.querySelector("form[data-palette]");
  let asked = 0;
  let waiting;

  const options = () => [...list.querySelectorAll("[data-palette-option]")];
  const select = (option) => {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };

  /* Only the answer to the latest question is shown. */
  const look = async () => {
    const mine = (asked += 1);
    const address = `${input.dataset.address}?q=${encodeURIComponent(input.value)}`;
    const answer = await fetch(address, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (mine !== asked) return;
    if (!answer?.ok) {
      list.textContent = "That did not work. Try once more.";
      return;
    }
    list.innerHTML = await answer.text();
    options().forEach((option, number) => {
      option.id = `palette-option-${number}`;
      option.setAttribute("role", "option");
      option.tabIndex = -1;
    });
    input.setAttribute("aria-expanded", String(options().length > 0));
    select(options()[0]);
  };

  const open = () => {
    if (dialog.open) return;
    input.value = "";
    dialog.showModal();
    input.focus();
    look();
  };

  const remember = (option) => {
    const said = new FormData(form);
    said.delete("q");
    said.set("key", option.dataset.key);
    navigator.sendBeacon(form.action, said);
  };

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!event.target.closest("[data-palette-open]")) return;
    event.preventDefault();
    open();
  });
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const now = all.findIndex((one) => one.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = now + (event.key === "ArrowDown" ? 1 : -1);
      select(all[(next + all.length) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      all[now]?.click();
    }
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-palette-option]");
    if (option) remember(option);
  });
})();
