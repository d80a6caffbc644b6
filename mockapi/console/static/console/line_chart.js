// Line chart of readings over time: one panel per commodity and unit, with defects, events, marks and a year earlier.
import { drawBands, drawDefects, drawEarlier, drawEvents, drawMarks, drawGaps } from "./chart_annotations.js";
import { INTERVAL_SECONDS, PERIODS, commodityColour, lineDash, element, formatCount, formatNumber, cssVariable, secondsOf } from "./dom.js";
import { isGap, readingAt, updateTooltip } from "./chart_tooltip.js";
import { monthStarts } from "./range_picker.js";

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
const MONTHLY_DAYS = 100; // Longer windows have ticks at the first of months.
const MONTHS = new Intl.DateTimeFormat("en", { month: "short", timeZone: "UTC" });
const CLICK = 4; // pixels that the pointer moves at most in a click
const [MIN_HEIGHT, AXIS_HEIGHT] = [132, 48]; // pixels: of a panel, and of the time axis below the last panel

export function drawLines(panel, state, zoom) {
  panel.replaceChildren();
  panel.style.height = "";
  const { found } = state;
  if (!found.some((each) => each.dates.length)) {
    panel.append(element("p", { class: "empty" }, found.length ? "No readings arrived for this window." : "Select a measurement."));
    return;
  }
  const units = [...new Set(found.map(panelOf))];
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
    const hooks = hooksOf(found.filter((each) => panelOf(each) === unit), state);
    hooks.setSelect = [(plot) => select(plot, zoom)];
    // The cursors are synchronized, so the first one updates the tooltip for all.
    if (!index) hooks.setCursor = [(plot) => updateTooltip(tooltip, plot, state)];
    const plot = plotOf(place, state, { unit, last, width: panel.clientWidth, height: panelHeight + (last ? AXIS_HEIGHT : 0), cursor, hooks });
    onClick(plot, state.defects, zoom);
    return plot;
  });
}

// Measurements of one commodity and unit share a panel and its scale.
const panelOf = ({ commodity, unit }) => `${commodity}\n${unit ?? ""}`;

function axisLabel([{ unit, own, is_averaged: isAveraged }]) {
  if (!unit) return "";
  const short = unit.replace("cubic meter", "m³");
  return isAveraged ? short : `${short} per ${PERIODS[own]}`;
}

// A click on a defect zooms to it.
function onClick(plot, defects, zoom) {
  let from = 0;
  plot.over.addEventListener("mousedown", (event) => (from = event.clientX));
  plot.over.addEventListener("click", (event) => {
    if (Math.abs(event.clientX - from) > CLICK) return;
    const at = plot.posToVal(event.offsetX, "x");
    const tolerance = plot.posToVal(CLICK, "x") - plot.posToVal(0, "x");
    const hit = defects.find((each) => secondsOf(each.begin) - tolerance <= at && at <= (each.end ? secondsOf(each.end) : Infinity) + tolerance);
    if (hit) zoom.toDefect(secondsOf(hit.begin), hit.end ? secondsOf(hit.end) : plot.scales.x.max);
  });
}

function plotOf(place, { found, site, window }, { unit, last, width, height, cursor, hooks }) {
  const shown = found.filter((each) => panelOf(each) === unit);
  const ink = cssVariable("--soft");
  const grid = { stroke: cssVariable("--grid"), width: 1 };
  const labels = last ? {} : { values: (plot, splits) => splits.map(() => ""), size: 4 };
  const times = { ...timeAxis(site.timezone, window, width), ...labels };
  const label = axisLabel(shown);
  return new uPlot(
    {
      width,
      height,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1e3), site.timezone),
      scales: { x: { time: true, range: () => window }, y: { range: () => valueRange(shown) } },
      axes: [
        { stroke: ink, grid, ticks: grid, space: TICK_SPACE, ...times },
        { stroke: ink, grid, ticks: grid, label, labelSize: 18, size: 62, values: (plot, splits) => splits.map((each) => formatNumber(each)) },
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

// Return ticks and labels: those of uPlot, or the first of months in local time.
function timeAxis(timezone, [since, until], width) {
  const months = (until - since) / (30.4 * DAY);
  if (months * 30.4 <= MONTHLY_DAYS) return { values: DATES };
  const step = [1, 2, 3, 6, 12, 24, 60, 120].find((each) => (months / each) * TICK_SPACE < width) ?? 240;
  const starts = monthStarts(timezone, since, until, step);
  // Noon of the next day is in the month in all time zones.
  const local = starts.map((each) => new Date((each + 1.5 * DAY) * 1000));
  const texts = local.map((each, index) => `${MONTHS.format(each)}${!index || !each.getUTCMonth() || step >= 12 ? `\n${each.getUTCFullYear()}` : ""}`);
  return { splits: () => starts, values: () => texts };
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
    drawClear: [(plot) => drawGaps(plot, shown), (plot) => drawDefects(plot, visible), (plot) => drawBands(plot, shown), (plot) => drawEarlier(plot, shown)],
    draw: [(plot) => drawEvents(plot, events), (plot) => drawMarks(plot, shown)],
  };
}

function select(plot, zoom) {
  if (plot.select.width < 5) return;
  const { left, width } = plot.select;
  zoom.to(plot.posToVal(left, "x"), plot.posToVal(left + width, "x"));
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
function withGaps({ dates, drawn: values, interval }) {
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

// Return the scale of a panel: it contains all lines and bands, and 0 if that is near.
function valueRange(shown) {
  const parts = shown.flatMap(({ drawn, lows, highs, earlier }) => [drawn, lows, highs, earlier?.drawn ?? []]);
  let [low, high] = [Infinity, -Infinity];
  for (const part of parts) {
    for (const value of part) {
      if (value < low) low = value;
      if (value > high) high = value;
    }
  }
  if (low > high) return [0, 1];
  if (low >= 0 && low < 0.6 * high) return [0, high * 1.06 || 1];
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - margin, high + margin];
}

function describe(found) {
  const each = found.map(({ name, unit, drawn: values, gaps }) => {
    if (!values.length) return `${name}: no readings`;
    const count = gaps.reduce((sum, [, , number]) => sum + number, 0);
    const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
    return `${name}: ${formatCount(values.length, "reading")} from ${formatNumber(low)} to ${formatNumber(high)} ${unit ?? ""}${count ? `, ${count} missing` : ""}`;
  });
  return `Line chart. ${each.join("; ")}. The table below has the values.`;
}
