// The town's colours on Designsystemet's ladder.
//
// Designsystemet chooses every step of a colour by its luminance, so that text, borders and surfaces keep WCAG AA
// against each other. We keep each step's luminance exactly and change only hue and chroma: contrast cannot change,
// because WCAG contrast is a function of luminance alone.

/** Hue in degrees and chroma factor (OKLCH) of each colour we replace. The others (success, warning …) stay. */
export const TOWN = {
  accent: { hue: 205, chroma: 0.62 }, // petrol: the sea and the evening sky of the south
  brand1: { hue: 50, chroma: 1.05 }, // clay
  neutral: { hue: 75, chroma: 0.9, atLeast: 0.006 }, // warm grey: paper, not steel
};

const linear = (c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const encoded = (c) => (c <= 0.0031308 ? 12.92 * c : 1.055 * c ** (1 / 2.4) - 0.055);
const luminance = ([r, g, b]) => 0.2126 * r + 0.7152 * g + 0.0722 * b; // of linear sRGB

function fromHex(hex) {
  const full = hex.length === 4 ? [...hex.slice(1)].map((d) => d + d).join("") : hex.slice(1);
  return [0, 2, 4].map((i) => linear(parseInt(full.slice(i, i + 2), 16) / 255));
}

function toHex(rgb) {
  return "#" + rgb.map((c) => Math.round(encoded(Math.min(1, Math.max(0, c))) * 255).toString(16).padStart(2, "0")).join("");
}

// https://bottosson.github.io/posts/oklab/
function chromaOf([r, g, b]) {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return Math.hypot(
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  );
}

function fromOklch(lightness, chroma, hue) {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const inGamut = (rgb) => rgb.every((c) => c >= -0.0005 && c <= 1.0005);

/** The colour of `hue` with the luminance of `hex` and as much of `chroma` × its chroma as sRGB can show. */
export function retint(hex, { hue, chroma, atLeast = 0 }) {
  const original = fromHex(hex);
  const target = luminance(original);
  if (target > 0.999 || target < 0.001) return hex; // white stays white, black black
  let wanted = Math.max(chromaOf(original) * chroma, atLeast);
  for (;;) {
    let [low, high] = [0, 1];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (luminance(fromOklch(middle, wanted, hue)) < target) low = middle;
      else high = middle;
    }
    const rgb = fromOklch(low, wanted, hue);
    if (inGamut(rgb)) return toHex(rgb);
    wanted *= 0.97;
  }
}

/** Designsystemet's theme in the town's colours, without the palettes (`unused`) no template of ours names. */
export function inTownColours(theme, unused = ["brand2", "brand3", "brand4"]) {
  let css = theme.replace(
    /(--ds-color-([a-z0-9]+)-[a-z-]+:)(#[0-9a-fA-F]{3,6})\b/g,
    (whole, name, colour, hex) => (colour in TOWN ? name + retint(hex, TOWN[colour]) : whole),
  );
  for (const colour of unused) {
    css = css.replace(new RegExp(`--ds-color-${colour}-[a-z-]+:[^;}]*;?`, "g"), "");
    css = css.replace(new RegExp(`\\[data-color=${colour}\\]\\{[^}]*\\}`, "g"), "");
  }
  return css;
}
