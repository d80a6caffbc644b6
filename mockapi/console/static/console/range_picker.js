// Dates of the visible range, in local time of the site, with presets.
import { secondsOf, showError } from "./dom.js";

const DAY = 86400;

// Return the offset of *timezone* from UTC at *second*, in seconds.
function zoneOffset(timezone, second) {
  const format = new Intl.DateTimeFormat("en", { timeZone: timezone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric", hour: "numeric", minute: "numeric", second: "numeric" });
  const { year, month, day, hour, minute, second: rest } = Object.fromEntries(format.formatToParts(second * 1000).map((each) => [each.type, Number(each.value)]));
  return Math.round(Date.UTC(year, month - 1, day, hour, minute, rest) / 1000 - second);
}

export const localDate = (timezone, second) => new Date((second + zoneOffset(timezone, second)) * 1000).toISOString().slice(0, 10);

// Return the second at which a local *date* begins.
export function midnight(timezone, date) {
  const local = secondsOf(date);
  const first = local - zoneOffset(timezone, local);
  return local - zoneOffset(timezone, first);
}

// Return the first seconds of every *step*-th local month between two instants.
export function monthStarts(timezone, since, until, step) {
  const [year, month] = localDate(timezone, since).split("-").map(Number);
  const starts = [];
  for (let number = year * 12 + month - 1; ; number += 1) {
    if (number % step) continue;
    const at = midnight(timezone, new Date(Date.UTC(0, number % 12, 1)).toISOString().replace(/^\d+/, String(Math.floor(number / 12)).padStart(4, "0")).slice(0, 10));
    if (at > until) return starts;
    if (at >= since) starts.push(at);
  }
}

// Show *window* in the fields, and call *choose* with the window of the dates that a viewer enters.
export function connectPicker(form, { timezone, whole }, choose) {
  const { from, to } = form.elements;
  const [first, last] = [localDate(timezone, whole[0]), localDate(timezone, whole[1] - 1)];
  for (const each of [from, to]) Object.assign(each, { min: first, max: last });
  const apply = () => {
    const [field, problem] = problemOf(from, to);
    showError(form, problem, field);
    if (!problem) choose([midnight(timezone, from.value), midnight(timezone, localDate(timezone, midnight(timezone, to.value) + 1.5 * DAY))]);
  };
  form.addEventListener("change", apply);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  return ([since, until]) => {
    showError(form);
    from.value = localDate(timezone, since);
    to.value = localDate(timezone, until - 1);
  };
}

// Return the first field with a mistake, and what to do; an empty array without one.
function problemOf(from, to) {
  for (const each of [from, to]) {
    if (!each.value) return [each, "Enter a complete date."];
    if (each.value < each.min) return [each, `Readings begin on ${each.min}.`];
    if (each.value > each.max) return [each, `Readings end on ${each.max}, today in this world.`];
  }
  return from.value > to.value ? [to, "The range ends before it begins. Enter a later date."] : [];
}
