// Says two minutes before that a visit ends, and lets the reader stay without leaving the page.
// Without it the page still works: what is sent too late is kept until a new code was typed.
(() => {
  const dialog = document.querySelector("[data-visit-seconds]");
  if (!dialog || !dialog.showModal) return;
  const WARN_BEFORE = 120;
  const stay = document.querySelector("[data-visit-stay]");
  const until = document.querySelector("[data-visit-until]");
  const late = dialog.querySelector("[data-visit-late]");
  const soon = dialog.querySelector("[data-visit-soon]");
  let timers = [];

  const show = (isOver) => {
    soon.hidden = isOver;
    late.hidden = !isOver;
    if (!dialog.open) dialog.showModal();
  };

  const start = (seconds) => {
    timers.forEach(clearTimeout);
    timers = [
      setTimeout(() => show(false), Math.max(0, seconds - WARN_BEFORE) * 1000),
      setTimeout(() => show(true), seconds * 1000),
    ];
  };

  dialog.querySelector("[data-visit-longer]").addEventListener("click", async () => {
    try {
      const answer = await fetch(stay.action, { method: "POST", body: new FormData(stay) });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = page.querySelector("[data-visit-seconds]");
      if (!next) return show(true);
      until.replaceChildren(...page.querySelector("[data-visit-until]").childNodes);
      start(Number(next.dataset.visitSeconds));
      dialog.close();
    } catch {
      stay.requestSubmit(); // no network for a script: as a page without one does it
    }
  });
  dialog.querySelectorAll("[data-visit-close]").forEach((button) => button.addEventListener("click", () => dialog.close()));
  start(Number(dialog.dataset.visitSeconds));
})();
