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
    const page = { title: document.title, url: button.dataset.share || location.href };
    try {
      if (navigator.share) await navigator.share(page);
      else { await navigator.clipboard.writeText(page.url); button.lastChild.textContent = button.dataset.done; }
    } catch { /* the visitor changed their mind */ }
  });
}

// The map: points over the outlines and names of towns. Leaflet is fetched only when somebody opens the map.
// Both are waited for: without its sheet the names lie one below the other, and none would seem to cover another.
const fetched = (element) => new Promise((resolve, reject) => {
  document.head.append(Object.assign(element, { onload: resolve, onerror: reject }));
});
const fetchLeaflet = (script, style) => Promise.all([
  fetched(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style })),
  fetched(Object.assign(document.createElement("script"), { src: script })),
]);
for (const panel of document.querySelectorAll("[data-map]")) {
  panel.hidden = false;
  const draw = async () => {
    if (!panel.open || panel.dataset.drawn) return;
    panel.dataset.drawn = "yes";
    await fetchLeaflet(panel.dataset.script, panel.dataset.style);
    const canvas = panel.querySelector(".map__canvas");
    const map = window.L.map(canvas, { attributionControl: false, zoomAnimation: false, fadeAnimation: false, maxZoom: 15 });
    if (panel.dataset.tiles) window.L.tileLayer(panel.dataset.tiles).addTo(map);
    const places = await (await fetch(panel.dataset.places)).json();
    for (const place of places.features) {
      const [longitude, latitude] = place.geometry.coordinates;
      window.L.marker([latitude, longitude], {
        interactive: false, keyboard: false,
        icon: window.L.divIcon({ className: "map__town", html: Object.assign(document.createElement("span"), { textContent: place.properties.name }) }),
      }).addTo(map);
    }
    const points = [...panel.querySelectorAll("[data-latitude]")].map((point) => {
      const where = [Number(point.dataset.latitude), Number(point.dataset.longitude)];
      const link = Object.assign(document.createElement("a"), { href: point.dataset.href, textContent: point.dataset.label, dir: "auto" });
      window.L.circleMarker(where, { radius: 9, className: "map__point" }).bindPopup(link).addTo(map);
      return where;
    });
    // The greater town is written first; a name that would lie over another one waits until there is room.
    const names = [...canvas.querySelectorAll(".map__town span")];
    const makeRoom = () => {
      const taken = [];
      for (const name of names) {
        const box = name.getBoundingClientRect();
        const free = taken.every((t) => box.right < t.left || box.left > t.right || box.bottom < t.top || box.top > t.bottom);
        name.parentElement.classList.toggle("map__town--hidden", !free);
        if (free) taken.push(box);
      }
    };
    map.on("zoomend moveend", makeRoom);
    map.fitBounds(window.L.latLngBounds(points), { maxZoom: 11, padding: [30, 30] });
    makeRoom();
  };
  panel.addEventListener("toggle", draw);
}
