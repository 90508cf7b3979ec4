// What the pages gain from a script; every page works without it. Loaded in the head, before the first paint, so that a
// chosen colour scheme does not flash.
(() => {
  "use strict";
  const root = document.documentElement;
  const KEY = "kesher-scheme";
  const kept = () => { try { return localStorage.getItem(KEY); } catch { return null; } };
  const scheme = kept();
  if (scheme === "light" || scheme === "dark") root.dataset.colorScheme = scheme;
  root.classList.add("has-script");

  // Quick exit: this page leaves the history's last place, and the back button does not bring it back.
  const leave = (address) => {
    document.title = "…";
    document.body?.replaceChildren();
    location.replace(address);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const exit = document.querySelector("[data-quick-exit]");
    if (exit) {
      exit.addEventListener("click", (event) => { event.preventDefault(); leave(exit.href); });
      let last = -Infinity;
      document.addEventListener("keydown", (event) => {
        if (exit.dataset.quickExit !== "escape") return; // where people work, a slip of the finger would lose what they typed
        if (event.key !== "Escape" || event.repeat || document.querySelector("dialog[open]")) { last = -Infinity; return; }
        if (event.timeStamp - last < 1500) leave(exit.href);
        last = event.timeStamp;
      });
    }

    const chooser = document.querySelector("[data-scheme]");
    if (chooser) {
      chooser.hidden = false;
      const current = chooser.querySelector(`input[value="${root.dataset.colorScheme}"]`);
      if (current) current.checked = true;
      chooser.addEventListener("change", (event) => {
        root.dataset.colorScheme = event.target.value;
        try {
          if (event.target.value === "auto") localStorage.removeItem(KEY);
          else localStorage.setItem(KEY, event.target.value);
        } catch { /* private windows may refuse: the choice then lasts for this page */ }
      });
    }

    // After a form was refused, the reader starts at what to mend.
    document.querySelector("[data-error-summary]")?.focus();

    // A region that scrolls must be reachable by keyboard; one that does not must not stop it.
    for (const region of document.querySelectorAll(".scroll, .tabs")) {
      if (region.scrollWidth <= region.clientWidth) continue;
      region.tabIndex = 0;
      region.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  });

  // <button data-opens="id"> opens a dialog; a button with value inside it closes it. Delegated: htmx may bring more.
  document.addEventListener("click", (event) => {
    const opener = event.target.closest?.("[data-opens]");
    if (opener) { document.getElementById(opener.dataset.opens)?.showModal(); return; }
    if (event.target.closest?.("[data-prints]")) print();
  });
})();
