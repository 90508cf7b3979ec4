// Writes src/kesher/www/static/vendor from node_modules: what browsers get and we did not write ourselves.
//
//   node assets/build.mjs [TARGET]     (TARGET defaults to src/kesher/www/static/vendor)
//
// The same input gives the same bytes; assets/check.sh compares a rebuild with what is committed.

import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";
import subsetFont from "subset-font";
import { inTownColours } from "./theme.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = dirname(HERE);
const MODULES = join(ROOT, "node_modules");
const TARGET = resolve(process.argv[2] ?? join(ROOT, "src/kesher/www/static/vendor"));

// --- Fonts: one file per script, cut to the letters our languages write with, weights 400 to 700 ------------------------
// A browser asks for a file only when a character of its unicode-range is on the page.

const FONTSOURCE = "@fontsource-variable";
const FONTS = [
  // name, source, ranges
  ["noto-sans-latin", "noto-sans/files/noto-sans-latin-wght-normal", ["20-7E", "A0-FF", "131", "152-153", "2010-2027", "202F-203A", "20AC", "2122", "2212"]],
  ["noto-sans-shekel", "noto-sans/files/noto-sans-latin-ext-wght-normal", ["20AA"]],
  ["noto-sans-latin-extended", "noto-sans/files/noto-sans-latin-ext-wght-normal", ["100-130", "132-151", "154-17F", "1E9E"]],
  ["noto-sans-cyrillic", "noto-sans/files/noto-sans-cyrillic-wght-normal", ["301", "400-45F", "490-491", "2116"]],
  ["noto-sans-hebrew", "noto-sans-hebrew/files/noto-sans-hebrew-hebrew-wght-normal", ["591-5F4"]],
  ["noto-sans-arabic", "noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal", ["600-6FF"]],
  ["noto-sans-ethiopic", "noto-sans-ethiopic/files/noto-sans-ethiopic-ethiopic-wght-normal", ["1200-137F"]],
];
// The names of the languages stand on every page in their own scripts: letters cut to exactly those names, so that an
// English page does not load three alphabets for the sake of three words.
const NAMES = [
  ["language-names-cyrillic", "noto-sans/files/noto-sans-cyrillic-wght-normal", "РусскийУкраїнська", "400-45F"],
  ["language-names-hebrew", "noto-sans-hebrew/files/noto-sans-hebrew-hebrew-wght-normal", "עברית", "591-5F4"],
  ["language-names-arabic", "noto-sans-arabic/files/noto-sans-arabic-arabic-wght-normal", "العربية", "600-6FF"],
  ["language-names-ethiopic", "noto-sans-ethiopic/files/noto-sans-ethiopic-ethiopic-wght-normal", "አማርኛ", "1200-137F"],
];

function lettersOf(ranges) {
  let letters = "";
  for (const range of ranges) {
    const [first, last = first] = range.split("-").map((code) => parseInt(code, 16));
    for (let code = first; code <= last; code++) letters += String.fromCodePoint(code);
  }
  return letters;
}

async function writeFont(name, source, letters) {
  const original = await readFile(join(MODULES, FONTSOURCE, `${source}.woff2`));
  const cut = await subsetFont(original, letters, { targetFormat: "woff2", variationAxes: { wght: { min: 400, max: 700 } } });
  await writeFile(join(TARGET, "fonts", `${name}.woff2`), cut);
}

const face = (family, name, ranges) =>
  `@font-face{font-family:"${family}";font-style:normal;font-weight:400 700;font-display:swap;` +
  `src:url("fonts/${name}.woff2") format("woff2");unicode-range:${ranges.map((range) => `U+${range}`).join(",")}}\n`;

async function fonts() {
  await mkdir(join(TARGET, "fonts"), { recursive: true });
  let css = "";
  for (const [name, source, ranges] of FONTS) {
    await writeFont(name, source, lettersOf(ranges));
    css += face("Noto", name, ranges);
  }
  for (const [name, source, letters, range] of NAMES) {
    await writeFont(name, source, letters);
    css += face("Noto language names", name, [range]);
  }
  return css;
}

// --- Style sheet --------------------------------------------------------------------------------------------------------

async function styles(faces) {
  const theme = await readFile(join(MODULES, "@digdir/designsystemet-css/dist/theme/designsystemet.css"), "utf8");
  const components = await build({
    entryPoints: [join(HERE, "designsystemet.css")],
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
    logLevel: "error",
  });
  const town = await transform(inTownColours(theme), { loader: "css", minify: true, legalComments: "none" });
  const licence = "/*! Designsystemet, MIT, Digitaliseringsdirektoratet; fonts: Noto Sans, OFL-1.1. See LICENCES.md */\n";
  const order = "@layer ds.theme,ds.base,ds.components;\n";
  await writeFile(join(TARGET, "designsystemet.css"), licence + order + faces + town.code + components.outputFiles[0].text);
}

// --- Icons: one sprite ---------------------------------------------------------------------------------------------------

async function icons() {
  const names = (await readFile(join(HERE, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean).sort();
  let symbols = "";
  for (const name of names) {
    const svg = await readFile(join(MODULES, "lucide-static/icons", `${name}.svg`), "utf8");
    const inside = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>")).replace(/\n\s*/g, "");
    symbols += `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inside}</symbol>\n`;
  }
  await writeFile(join(TARGET, "icons.svg"), `<!-- Lucide, ISC; see LICENCES.md -->\n<svg xmlns="http://www.w3.org/2000/svg">\n${symbols}</svg>\n`);
}

// --- Maps: loaded only by pages that show one ----------------------------------------------------------------------------

async function leaflet() {
  await mkdir(join(TARGET, "leaflet/images"), { recursive: true });
  await cp(join(MODULES, "leaflet/dist/leaflet.js"), join(TARGET, "leaflet/leaflet.js"));
  await cp(join(MODULES, "leaflet/dist/images"), join(TARGET, "leaflet/images"), { recursive: true });
  const css = await transform(await readFile(join(MODULES, "leaflet/dist/leaflet.css"), "utf8"), { loader: "css", minify: true });
  await writeFile(join(TARGET, "leaflet/leaflet.css"), css.code);
  // the source map is not shipped: a reference to it would fail the manifest of static files
  const script = await readFile(join(TARGET, "leaflet/leaflet.js"), "utf8");
  await writeFile(join(TARGET, "leaflet/leaflet.js"), script.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n"));
}

// --- Charts: loaded only by pages that show one --------------------------------------------------------------------------

async function charts() {
  const made = await build({
    entryPoints: [join(HERE, "charts.mjs")],
    bundle: true,
    minify: true,
    format: "iife",
    globalName: "KesherVega",
    target: "es2022",
    write: false,
    legalComments: "none",
    logLevel: "error",
    metafile: true,
  });
  if (made.warnings.length) throw new Error(made.warnings.map((one) => one.text).join("; "));
  await mkdir(join(TARGET, "vega"), { recursive: true });
  const licence = "/*! Vega, Vega-Lite and what they stand on: BSD-3-Clause and ISC. See LICENCES.md */\n";
  await writeFile(join(TARGET, "vega/charts.js"), licence + made.outputFiles[0].text);
  // every package of which a line went into the file
  const inputs = Object.values(made.metafile.outputs)[0].inputs;
  const found = new Set(["delaunator", "robust-predicates"]); // d3-delaunay brings these two within its own file
  for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
    const inside = path.split("node_modules/").at(-1);
    if (bytesInOutput && path.includes("node_modules/")) found.add(inside.split("/").slice(0, inside.startsWith("@") ? 2 : 1).join("/"));
  }
  return [...found].sort();
}

async function licences(ofCharts) {
  const parts = [
    ["Designsystemet", "@digdir/designsystemet-css", "MIT", "designsystemet.css (components used, theme re-tinted)", "LICENSE"],
    ["Leaflet", "leaflet", "BSD-2-Clause", "leaflet/", "LICENSE"],
    ["Lucide", "lucide-static", "ISC (some icons from Feather, MIT)", "icons.svg (icons used)", "LICENSE"],
    ["Noto Sans", `${FONTSOURCE}/noto-sans`, "OFL-1.1", "fonts/noto-sans-latin*, -cyrillic, -shekel, language-names-cyrillic (subset)", "LICENSE"],
    ["Noto Sans Hebrew", `${FONTSOURCE}/noto-sans-hebrew`, "OFL-1.1", "fonts/*-hebrew (subset)", "LICENSE"],
    ["Noto Sans Arabic", `${FONTSOURCE}/noto-sans-arabic`, "OFL-1.1", "fonts/*-arabic (subset)", "LICENSE"],
    ["Noto Sans Ethiopic", `${FONTSOURCE}/noto-sans-ethiopic`, "OFL-1.1", "fonts/*-ethiopic (subset)", "LICENSE"],
  ];
  for (const module of ofCharts) {
    const { license } = JSON.parse(await readFile(join(MODULES, module, "package.json"), "utf8"));
    const file = (await readdir(join(MODULES, module))).find((name) => /^licen[cs]e/i.test(name));
    parts.push([module, module, license, "vega/charts.js (in one file with others)", file]);
  }
  const seen = new Map();
  let text = "# Licences of what is vendored here\n\nWritten by `assets/build.mjs`; do not edit.\n";
  for (const [name, module, licence, files, file] of parts) {
    const { version } = JSON.parse(await readFile(join(MODULES, module, "package.json"), "utf8"));
    text += `\n## ${name} ${version}: ${licence}\n\nFiles: ${files}. Package: npm \`${module}\`.\n`;
    const words = (await readFile(join(MODULES, module, file), "utf8")).trim();
    if (seen.has(words)) text += `\nLicence text: as for ${seen.get(words)}.\n`;
    else text += `\n\`\`\`text\n${words.replace(/[ \t]+$/gm, "")}\n\`\`\`\n`;
    seen.set(words, seen.get(words) ?? name);
  }
  await writeFile(join(TARGET, "LICENCES.md"), text);
}

// --- Tests: axe-core, never shipped -------------------------------------------------------------------------------------

async function axe() {
  if (process.argv[2]) return; // a rebuild for comparison leaves the tests alone
  const folder = join(ROOT, "tests/browser/vendor");
  await mkdir(folder, { recursive: true });
  await cp(join(MODULES, "axe-core/axe.min.js"), join(folder, "axe.min.js"));
  await cp(join(MODULES, "axe-core/LICENSE"), join(folder, "axe-core-LICENSE.txt"));
}

await rm(TARGET, { recursive: true, force: true });
await mkdir(TARGET, { recursive: true });
await styles(await fonts());
const inCharts = await charts();
await Promise.all([icons(), leaflet(), licences(inCharts), axe()]);
