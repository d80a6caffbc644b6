// Readings of a chart: the interval for a length of time, the requests, and the same days a year earlier.
import { call } from "./api_client.js";
import { INTERVAL_SECONDS, formatUtc } from "./dom.js";

const DAY = 86400;
export const YEAR = 364 * DAY; // whole weeks, so that weekdays are compared with the same weekdays
// Longest range in days of each interval of lines: longer ones would be tangled.
const FINEST_DAYS = [[8, "PT15M"], [100, "PT1H"], [1200, "P1D"], [Infinity, "P1M"]];
const DAYS_FROM = 101; // days of a range that is shown by days
const HOURS_PER_PIXEL = 4; // at most
const MAX_HOURLY_DAYS = 400; // of the views that show each hour

// Return the interval to which readings every *own* are aggregated in a chart of *width* pixels, or null for single readings.
// The view `single` has only those.
export function intervalFor(view, seconds, own, width) {
  const days = seconds / DAY;
  const lines = FINEST_DAYS.map(([most, interval]) => [interval === "PT1H" ? Math.min(most, (HOURS_PER_PIXEL * width) / 24) : most, interval]);
  const limits = { lines, single: [[Infinity, "PT15M"]] }[view] ?? [[MAX_HOURLY_DAYS, "PT15M"], [Infinity, "P1D"]];
  const [, finest] = limits.find(([most]) => days <= most);
  return INTERVAL_SECONDS[finest] > INTERVAL_SECONDS[own] ? finest : null;
}

// Return the readings of each *selected* checkbox. Those that could not be loaded are missing.
export async function loadSeries({ main, site, whole, window, view, compared }, selected) {
  const numbers = {};
  const found = await Promise.all(selected.map((input) => loadOne(site, window, input, view, main)));
  const [since, until] = window.map((edge) => edge - YEAR);
  const isKnown = compared && view === "lines" && until > whole[0];
  // Days are enough for a comparison of more than a week, and do not cover the line.
  const length = until - since > 8 * DAY ? Math.max(until - since, DAYS_FROM * DAY) : until - since;
  const earlier = await Promise.all(isKnown ? selected.map((input) => loadOne(site, [Math.max(since, whole[0]), until], input, view, main, length)) : []);
  return found.flatMap((series, index) => {
    if (!series) return [];
    const { commodity } = selected[index].closest("fieldset").dataset;
    const number = (numbers[commodity] = (numbers[commodity] ?? -1) + 1);
    return [{ ...series, commodity, number, earlier: earlier[index]?.dates.length ? earlier[index] : null }];
  });
}

async function loadOne(site, [since, until], input, view, main, length = until - since) {
  const { name, interval: own } = input.dataset;
  const interval = intervalFor(view, length, own, main.querySelector("#lines").parentElement.clientWidth);
  const query = new URLSearchParams({ site: site.site, key: input.value, since: formatUtc(since), until: formatUtc(until), differences: true, ...(interval && { interval }) });
  const series = await call("GET", `series?${query}`);
  if (!series) return null;
  const { counts, values, is_averaged: isAveraged } = series;
  return {
    ...series,
    name,
    own,
    dates: cumulativeSum(series.dates),
    updated_at: cumulativeSum(series.updated_at),
    // A mean per reading, so that all intervals have the same scale.
    drawn: counts.length && !isAveraged ? values.map((each, index) => each / counts[index]) : values,
  };
}

function cumulativeSum(differences) {
  let sum = 0;
  return differences.map((each) => (sum += each));
}
