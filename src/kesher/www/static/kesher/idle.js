// Asks, some minutes before the end of a session, whether somebody is here; and covers the page when it has ended. Works without it,
// too: then nothing asks, and what is sent afterwards is kept (kesher.www.idle).
(() => {
  "use strict";
  const box = document.querySelector("[data-idle]");
  if (!box) return;
  const warns = box.querySelector("[data-idle-warns]");
  const covers = box.querySelector("[data-idle-covers]");
  const before = Number(box.dataset.warned);
  let over = Date.now() + Number(box.dataset.idle) * 1000;
  let typedIn = null;
  let timer = 0;
  document.addEventListener("input", (event) => { if (!box.contains(event.target)) typedIn = event.target.form ?? typedIn; });

  // Another window may have been used meanwhile: the server knows.
  const ask = async (options) => {
    try {
      const answer = await fetch(warns.action, { headers: { Accept: "application/json" }, ...options });
      over = Date.now() + (await answer.json()).left * 1000;
    } catch { /* no network: our own clock has to do */ }
  };
  const draw = () => {
    const left = (over - Date.now()) / 1000;
    clearTimeout(timer);
    if (left > before) {
      if (box.open) box.close();
      timer = setTimeout(look, (left - before) * 1000 + 500);
      return;
    }
    const ended = left <= 0;
    box.classList.toggle("idle--over", ended);
    warns.hidden = ended;
    covers.hidden = !ended;
    box.setAttribute("aria-labelledby", ended ? "idle-over" : "idle-title");
    if (!box.open) box.showModal();
    if (!ended) timer = setTimeout(look, left * 1000 + 500);
  };
  const look = async () => { await ask({}); draw(); };

  box.addEventListener("cancel", (event) => event.preventDefault());
  warns.addEventListener("submit", async (event) => {
    event.preventDefault();
    await ask({ method: "POST", body: new FormData(warns) });
    draw();
  });
  covers.querySelector("button").addEventListener("click", () => {
    if (!typedIn || typedIn.method !== "post") { location.reload(); return; }
    const mark = document.createElement("input");
    mark.type = "hidden";
    mark.name = "kept_as_covered";
    mark.value = "1";
    typedIn.append(mark);
    HTMLFormElement.prototype.submit.call(typedIn);
  });
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });
  draw();
})();
