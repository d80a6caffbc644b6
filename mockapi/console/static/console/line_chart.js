// Line chart of readings over time: one panel per unit, with defects, events and marks.
import { drawDefects, drawEvents, drawMarks, drawGaps } from "./chart_annotations.js";
import { INTERVAL_SECONDS, commodityColour, lineDash, element, formatNumber, cssVariable } from "./dom.js";
import { isGap, readingAt, updateTooltip } from "./chart_tooltip.js";

const DAY = 86400;
const [N, YEAR, DATE] = [null, "\n{YYYY}", "\n{D} {MMM}"]; // The caption of the chart has the year of a day.
const TICK_SPACE = 54; // pixels between tick labels: a date is 46 wide
// Per distance of ticks: the label, and additions at a new year, month or day.
const DATES = [
  [365 * DAY, "{YYYY}", N, N, N, N, N, N, 1],
  [28 * DAY, "{MMM}", YEAR, N, N, N, N, N, 1],
  [DAY, "{D} {MMM}", YEAR, N, N, N, N, N, 1],
  [60, "{HH}:{mm}", DATE, N, DATE, N, N, N, 1],
];
const [MIN_HEIGHT, AXIS_HEIGHT] = [132, 48]; // pixels: of a panel, and of the time axis below the last panel

export function drawLines(panel, state, zoom) {
  panel.replaceChildren();
  panel.style.height = "";
  const { found } = state;
  if (!found.some((each) => each.dates.length)) {
    panel.append(element("p", { class: "empty" }, found.length ? "No readings arrived for this window." : "Select a measurement."));
    return;
  }
  const units = [...new Set(found.map((each) => each.unit ?? ""))];
  const panelHeight = Math.max(MIN_HEIGHT, (panel.clientHeight - AXIS_HEIGHT) / units.length);
  panel.style.height = `${panelHeight * units.length + AXIS_HEIGHT}px`;
  const image = element("div", { role: "img", "aria-label": describe(found) });
  const tooltip = element("div", { class: "tooltip", "aria-hidden": "true" });
  panel.append(image, tooltip);
  const cursor = { drag: { x: true, y: false, setScale: false }, points: { size: 7 }, sync: { key: `readings ${state.site.site}` } };
  panel.plots = units.map((unit, index) => {
    const place = element("div");
    image.append(place);
    const last = index === units.length - 1;
    const hooks = hooksOf(found.filter((each) => (each.unit ?? "") === unit), state);
    hooks.setSelect = [(plot) => select(plot, zoom)];
    // The cursors are synchronized, so the first one updates the tooltip for all.
    if (!index) hooks.setCursor = [(plot) => updateTooltip(tooltip, plot, state)];
    return plotOf(place, state, { unit, last, width: panel.clientWidth, height: panelHeight + (last ? AXIS_HEIGHT : 0), cursor, hooks });
  });
}

function plotOf(place, { found, site, window }, { unit, last, width, height, cursor, hooks }) {
  const shown = found.filter((each) => (each.unit ?? "") === unit);
  const ink = cssVariable("--soft");
  const grid = { stroke: cssVariable("--grid"), width: 1 };
  const times = last ? { values: DATES } : { values: (plot, splits) => splits.map(() => ""), size: 4 };
  return new uPlot(
    {
      width,
      height,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1e3), site.timezone),
      scales: { x: { time: true, range: () => window }, y: { range: valueRange } },
      axes: [
        { stroke: ink, grid, ticks: grid, space: TICK_SPACE, ...times },
        { stroke: ink, grid, ticks: grid, label: unit, labelSize: 18, size: 62, values: (plot, splits) => splits.map((each) => formatNumber(each)) },
      ],
      series: [{}, ...shown.map((each) => lineOf(each))],
      legend: { show: false },
      cursor: { ...cursor, dataIdx: (plot, index, hovered, at) => (index ? dataIndexOf(plot, shown[index - 1], at) : hovered) },
      hooks,
    },
    uPlot.join(shown.map(withGaps)),
    place,
  );
}

// Return the index in the drawn data of the reading that the tooltip shows for *series*, or null.
function dataIndexOf(plot, series, at) {
  const index = readingAt(series, at);
  return index < 0 ? null : plot.valToIdx(series.dates[index]);
}

function hooksOf(shown, { defects, events }) {
  const keys = new Set(shown.map((each) => each.key));
  const visible = defects.filter((each) => each.keys.some((key) => keys.has(key)));
  return {
    drawClear: [(plot) => drawGaps(plot, shown), (plot) => drawDefects(plot, visible)],
    draw: [(plot) => drawEvents(plot, events), (plot) => drawMarks(plot, shown)],
  };
}

function select(plot, zoom) {
  if (plot.select.width < 5) return;
  const { left, width } = plot.select;
  zoom(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
}

function lineOf(series) {
  return {
    label: series.name,
    stroke: commodityColour(series.commodity),
    width: series.dates.length > 3000 ? 1 : 1.5,
    dash: lineDash(series),
    paths: series.dates.length < 3000 ? uPlot.paths.stepped({ align: 1 }) : undefined,
    points: { show: series.dates.length < 3 },
  };
}

// Return the points of a line, with gaps where readings are missing.
function withGaps({ dates, values, interval }) {
  const step = INTERVAL_SECONDS[interval];
  const [xs, ys] = [[], []];
  for (let index = 0; index < dates.length; index += 1) {
    if (index && isGap(dates[index - 1], dates[index], interval)) {
      xs.push(dates[index - 1] + step);
      ys.push(null);
    }
    if (xs.length && dates[index] <= xs[xs.length - 1]) continue; // A duplicate date: the table shows both readings.
    xs.push(dates[index]);
    ys.push(values[index]);
  }
  if (xs.length) {
    xs.push(xs[xs.length - 1] + step);
    ys.push(ys[ys.length - 1]);
  }
  return [xs, ys];
}

function valueRange(plot, low, high) {
  if (low == null) return [0, 1];
  if (low >= 0 && low < 0.6 * high) return [0, high * 1.06 || 1];
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - margin, high + margin];
}

function describe(found) {
  const each = found.map(({ name, unit, values, gaps }) => {
    if (!values.length) return `${name}: no readings`;
    const count = gaps.reduce((sum, [, , number]) => sum + number, 0);
    const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
    return `${name}: ${values.length} readings from ${formatNumber(low)} to ${formatNumber(high)} ${unit ?? ""}${count ? `, ${count} missing` : ""}`;
  });
  return `Line chart. ${each.join("; ")}. The table below has the values.`;
}
