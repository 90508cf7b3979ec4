// Charts: each figure with data-chart is drawn from the data block of that id. Loaded before vendor/vega/charts.js, both
// deferred: the tables fold at once, and open again where nothing can be drawn. Everything said here is text, never mark-up.
(() => {
  "use strict";
  const NARROW = 520; // pixels; the container queries of charts.css say the same
  const figures = [...document.querySelectorAll("[data-chart]")].filter((figure) => document.getElementById(figure.dataset.chart));
  const fold = (figure, open) => { const table = figure.querySelector(".chart__table"); if (table) table.open = open; };
  for (const figure of figures) fold(figure, false);

  // A field with lines at 45° for what there is no figure of: more than a shade, and printable.
  const hatch = () => {
    if (document.getElementById("kesher-hatch")) return;
    const svg = "http://www.w3.org/2000/svg";
    const make = (name, into, attributes) => {
      const one = document.createElementNS(svg, name);
      for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
      return into.appendChild(one);
    };
    const room = make("svg", document.body, { width: 0, height: 0, class: "chart__patterns", "aria-hidden": "true", focusable: "false" });
    const pattern = make("pattern", make("defs", room, {}), {
      id: "kesher-hatch", width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
    });
    make("rect", pattern, { width: 6, height: 6, fill: "var(--chart-nothing)" });
    make("line", pattern, { x1: 0, y1: 0, x2: 0, y2: 6, stroke: "var(--chart-line)", "stroke-width": 2 });
  };

  // The words of a mark beside the pointer. The table says all of it too: nobody needs to point at anything.
  let tip = null;
  const tooltip = (_handler, event, _item, value) => {
    if (!tip) {
      tip = Object.assign(document.createElement("div"), { className: "chart__tip", dir: "ltr" }); // placed from the left edge, as the pointer is
      tip.setAttribute("aria-hidden", "true");
      document.body.append(tip);
    }
    tip.hidden = !value;
    if (!value) return;
    tip.textContent = String(value);
    const box = tip.getBoundingClientRect(), edge = document.documentElement.clientWidth;
    const x = Math.max(4, Math.min(event.clientX + 14, edge - box.width - 4));
    const y = event.clientY - box.height - 12 > 0 ? event.clientY - box.height - 12 : event.clientY + 18;
    tip.style.translate = `${x}px ${y}px`;
  };

  const sized = (spec, width) => {
    const own = { ...spec, width };
    const { aspect, widest } = spec.usermeta ?? {};
    if (aspect) {
      own.width = Math.min(width, widest);
      own.height = Math.round(own.width * aspect);
    }
    return own;
  };

  const draw = async (canvas, panel, told) => {
    const width = Math.floor(canvas.clientWidth);
    if (!width || canvas.drawnAt === width) return;
    canvas.drawnAt = width;
    const narrow = canvas.closest(".chart").clientWidth < NARROW;
    const spec = { ...sized(narrow ? panel.narrow : panel.wide, width), config: told.config, datasets: told.datasets };
    const compiled = window.KesherVega.compile(spec).spec;
    const runtime = window.KesherVega.parse(compiled, {}, { ast: true });
    const place = document.createElement("div");
    place.className = "chart__drawn";
    const view = new window.KesherVega.View(runtime, {
      expr: window.KesherVega.expressionInterpreter, renderer: "svg", container: place, hover: false, tooltip,
    });
    await view.runAsync();
    if (canvas.drawnAt !== width) { view.finalize(); return; } // it was turned meanwhile
    canvas.view?.finalize();
    canvas.view = view;
    place.ariaHidden = "true"; // the canvas around it is the picture, with its sentence; its hundred shapes have no names
    canvas.replaceChildren(place);
  };

  const begin = async (figure) => {
    const told = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    // words are measured before they are drawn: with the letters they will be drawn in
    await document.fonts?.load("13px Noto", JSON.stringify(told.datasets).slice(0, 20000)).catch(() => null);
    const canvases = [...figure.querySelectorAll(".chart__canvas")];
    const all = () => Promise.all(canvases.map((canvas, number) => draw(canvas, told.panels[number], told)));
    await all();
    figure.classList.add("chart--drawn");
    let waiting = 0;
    new ResizeObserver(() => { clearTimeout(waiting); waiting = setTimeout(all, 120); }).observe(figure);
  };

  document.addEventListener("DOMContentLoaded", async () => {
    if (figures.length) hatch();
    for (const figure of figures) {
      try {
        if (!window.KesherVega) throw new Error("vendor/vega/charts.js is not there");
        await begin(figure);
        await new Promise((next) => setTimeout(next)); // a phone answers between two charts
      } catch (fault) {
        figure.classList.add("chart--failed");
        fold(figure, true);
        console.warn(`chart ${figure.id}: ${fault.message}`);
      }
    }
    document.documentElement.dataset.charts = "drawn";
  });

  // A table that runs sideways is reached by keyboard once it is open.
  for (const figure of figures) {
    figure.querySelector(".chart__table")?.addEventListener("toggle", () => {
      for (const region of figure.querySelectorAll(".scroll")) {
        if (region.scrollWidth > region.clientWidth) region.tabIndex = 0;
      }
    });
  }
})();
