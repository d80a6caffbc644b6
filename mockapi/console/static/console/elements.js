// Makes elements; all text is text.
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== false && value != null) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

export const styled = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const COLOURS = { Electricity: "--electricity", Fuel: "--fuel", Waste: "--waste", Water: "--water" };
export const colourOf = (commodity) => styled(COLOURS[commodity] ?? "--air");

const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
// How the line of a measurement is drawn that is the *number*-th of its commodity.
export const dashOf = ({ number }) => DASHES[number % DASHES.length];

// How a reading came, by its mark.
export const CAME = ["", "late", "revised", "estimate", "pushed"];

const FIGURES = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });
export const figure = (value) => FIGURES.format(value);

export const whole = (count) => count.toLocaleString("en");

export const utc = (second) => `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;

// How far the clock at *second* is ahead of UTC, in seconds, by [from, offset] pairs.
export function offsetAt(offsets, second) {
  let found = offsets[0]?.[1] ?? 0;
  for (const [from, offset] of offsets) if (from <= second) found = offset;
  return found;
}

export function local(offsets, second) {
  return new Date((second + offsetAt(offsets, second)) * 1000).toISOString().slice(0, 16).replace("T", " ");
}

// What becomes of a hole: its readings come yet, or never.
export const fate = ([, , , arrives], offsets) => (arrives === null ? "none ever arrives" : `not arrived yet: all by ${local(offsets, arrives)}`);

// How many seconds an interval lasts; a month at most.
export const STEPS = { PT15M: 900, PT1H: 3600, P1D: 86400, P1M: 31 * 86400 };
