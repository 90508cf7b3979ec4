// Small comforts of the list of services and a service's page; everything works without them.
"use strict";
const wide = window.matchMedia("(min-width: 62rem)");
for (const filters of document.querySelectorAll("[data-open-on-wide]")) {
  const follow = () => { filters.open = wide.matches; };
  follow();
  wide.addEventListener("change", follow);
}
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share && !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const page = { title: document.title, url: location.href };
    try {
      if (navigator.share) await navigator.share(page);
      else { await navigator.clipboard.writeText(page.url); button.lastChild.textContent = button.dataset.done; }
    } catch { /* the visitor changed their mind */ }
  });
}
