// DOM elements, colours and formats that several pages share.

// Return a new element. Strings become text nodes, so no markup is parsed.
export function element(name, attributes = {}, ...children) {
  const result = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) result.setAttribute(key, "");
    else if (value !== false && value != null) result.setAttribute(key, value);
  }
  result.append(...children);
  return result;
}

export const cssVariable = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const COLOURS = { Electricity: "--electricity", Fuel: "--fuel", Waste: "--waste", Water: "--water" };
export const commodityColour = (commodity) => cssVariable(COLOURS[commodity] ?? "--air");

const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
// Return the dash pattern of the *number*-th measurement of its commodity.
export const lineDash = ({ number }) => DASHES[number % DASHES.length];

// Names of the statuses of readings, by number.
export const STATUS_NAMES = ["", "late", "revised", "estimate", "pushed"];

const NUMBERS = new Intl.NumberFormat("en", { maximumSignificantDigits: 5 });
export const formatNumber = (value) => NUMBERS.format(value);

const TAG_CLASSES = { 1: "calm", 2: "good", 3: "calm", 4: "warn", 5: "bad" };

// Return *text* in the colour of a status; that of an error if there is no status.
export const statusTag = (status, text) => element("span", { class: `tag ${TAG_CLASSES[String(status)[0]] ?? "bad"}` }, text);

// Return *count* with the *noun* in its form for that number.
export const formatCount = (count, noun = "") => `${count.toLocaleString("en")}${noun && ` ${noun}${count === 1 ? "" : "s"}`}`;

// Return a duration in its largest unit; the same text as `format_gap` of the server.
export function formatGap(milliseconds) {
  if (milliseconds < 1000) return `${milliseconds.toFixed(0)} ms`;
  const seconds = milliseconds / 1000;
  const [size, unit] = seconds < 60 ? [1, "s"] : seconds < 3600 ? [60, "min"] : [3600, "h"];
  return `${(seconds / size).toFixed(1)} ${unit}`;
}

// Return an instant or a date as seconds since 1970.
export const secondsOf = (text) => Date.parse(text) / 1000;

export const formatUtc = (second) => `${new Date(second * 1000).toISOString().slice(0, 19)}Z`;

// Return the offset from UTC at *second*, in seconds. *offsets* are [from, offset] pairs.
export function offsetAt(offsets, second) {
  let found = offsets[0]?.[1] ?? 0;
  for (const [from, offset] of offsets) if (from <= second) found = offset;
  return found;
}

export function formatLocal(offsets, second) {
  return new Date((second + offsetAt(offsets, second)) * 1000).toISOString().slice(0, 16).replace("T", " ");
}

// Return when the readings of a gap arrive.
export const formatArrival = ([, , , arrives], offsets) => (arrives === null ? "never arrive" : `not arrived yet; complete by ${formatLocal(offsets, arrives)}`);

// Names of the intervals.
export const PERIODS = { PT15M: "quarter-hour", PT1H: "hour", P1D: "day", P1M: "month" };

// Length of each interval in seconds; a month is 31 days at most.
export const INTERVAL_SECONDS = { PT15M: 900, PT1H: 3600, P1D: 86400, P1M: 31 * 86400 };

// Show *message* at the *field* of a form, or clear the message and all marks of the form.
export function showError(form, message = "", field = null) {
  for (const each of form.querySelectorAll("[aria-invalid]")) each.removeAttribute("aria-invalid");
  form.querySelector(".field-error").textContent = message;
  if (message) field.setAttribute("aria-invalid", "true");
}
