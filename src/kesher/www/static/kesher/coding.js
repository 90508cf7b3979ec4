// The coding field: proposals come as one types. Without this script the button "Find" brings them with a new page.
"use strict";
(() => {
  const PATIENCE = 450; // ms without a key before the words are sent
  const SHORTEST = 2;

  for (const field of document.querySelectorAll("[data-coding]")) {
    const input = field.querySelector("input[type=text]");
    const answers = field.querySelector("[data-coding-answers]");
    const said = field.querySelector("[data-coding-said]");
    const form = input.form;
    const token = form?.elements.namedItem("csrfmiddlewaretoken")?.value;
    if (!token) continue;
    const choiceName = `${input.name}-choice`;
    let timer = 0;
    let asking = null; // the request under way
    let asked = input.value.trim() + kind();

    function kind() {
      const from = field.dataset.kindFrom && form?.elements.namedItem(field.dataset.kindFrom);
      return (from && from.value) || field.dataset.kind;
    }

    const show = (html) => {
      const chosen = answers.querySelector("input:checked")?.value;
      answers.innerHTML = html;
      for (const radio of answers.querySelectorAll("input[type=radio]")) radio.checked = radio.value === chosen;
      said.textContent = answers.querySelector("[data-said]")?.dataset.said ?? "";
    };

    const ask = async () => {
      clearTimeout(timer);
      const text = input.value.trim();
      if (text + kind() === asked) return;
      asking?.abort();
      asked = text + kind();
      if (text.length < SHORTEST) { show(""); return; }
      const mine = asking = new AbortController();
      const body = new URLSearchParams({ csrfmiddlewaretoken: token, text, kind: kind(), name: input.name, id: input.id });
      answers.setAttribute("aria-busy", "true");
      try {
        const response = await fetch(field.dataset.suggest, { method: "POST", body, signal: mine.signal });
        if (response.ok) show(await response.text());
        else asked = ""; // too many, or out of reach: the next key asks again, and the form itself still works
      } catch (problem) {
        if (problem.name !== "AbortError") asked = "";
      } finally {
        if (asking === mine) answers.removeAttribute("aria-busy");
      }
    };

    input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, PATIENCE); });
    input.addEventListener("keydown", (event) => {
      const first = answers.querySelector("input[type=radio]");
      if (event.key === "Enter" && !event.isComposing) { // a form may have several such fields: its first button is not this one's
        event.preventDefault();
        field.querySelector("[data-coding-find]").click();
      }
      if (event.key === "ArrowDown" && first && !event.isComposing) { event.preventDefault(); first.focus(); }
    });
    if (field.dataset.kindFrom) form.addEventListener("change", (event) => { if (event.target.name === field.dataset.kindFrom) ask(); });
    field.querySelector("[data-coding-find]").addEventListener("click", async (event) => {
      event.preventDefault();
      await ask();
      answers.querySelector("input[type=radio]")?.focus();
    });
  }
})();
