/* Files may be dropped on a form with data-drop-files; choosing them in its field does the same. */
"use strict";

(() => {
  const formOf = (event) =>
    event.dataTransfer?.types.includes("Files") ? event.target.closest?.("form[data-drop-files]") : null;
  const mark = (form, is) => form.classList.toggle("is-dropping", is);

  document.addEventListener("dragover", (event) => {
    const form = formOf(event);
    if (!form) return;
    event.preventDefault();
    mark(form, true);
  });
  document.addEventListener("dragleave", (event) => {
    const form = formOf(event);
    if (form && !form.contains(event.relatedTarget)) mark(form, false);
  });
  document.addEventListener("drop", (event) => {
    const form = formOf(event);
    if (!form) return;
    event.preventDefault();
    mark(form, false);
    form.querySelector('input[type="file"]').files = event.dataTransfer.files;
    form.requestSubmit();
  });
})();
