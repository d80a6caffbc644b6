// Readings over time, a panel for each unit, with what is wrong and how they came.
import { drawEvents, drawHoles, drawMarks, drawWrong } from "./marks.js";
import { STEPS, colourOf, dashOf, element, figure, styled } from "./elements.js";
import { drawnAt, isGap, readoutAt } from "./readout.js";

const DAY = 86400;
const [N, YEAR, DATE] = [null, "\n{YYYY}", "\n{D} {MMM}"]; // The year of a day stands above the chart.
const APART = 54; // pixels from one time to the next: a date has 46
// By the distance of ticks: what each shows, and what it shows besides at a new year, month, day.
const DATES = [
  [365 * DAY, "{YYYY}", N, N, N, N, N, N, 1],
  [28 * DAY, "{MMM}", YEAR, N, N, N, N, N, 1],
  [DAY, "{D} {MMM}", YEAR, N, N, N, N, N, 1],
  [60, "{HH}:{mm}", DATE, N, DATE, N, N, N, 1],
];
const [LEAST, TIMES] = [132, 48]; // pixels: of a panel among others, and of the axis below the last

export function drawLines(panel, state, zoom) {
  panel.replaceChildren();
  panel.style.height = "";
  const { found } = state;
  if (!found.some((each) => each.dates.length)) {
    panel.append(element("p", { class: "empty" }, found.length ? "Nothing arrived for this window." : "Choose a measurement."));
    return;
  }
  const units = [...new Set(found.map((each) => each.unit ?? ""))];
  const inner = Math.max(LEAST, (panel.clientHeight - TIMES) / units.length);
  panel.style.height = `${inner * units.length + TIMES}px`;
  const image = element("div", { role: "img", "aria-label": described(found) });
  const readout = element("div", { class: "readout", "aria-hidden": "true" });
  panel.append(image, readout);
  const cursor = { drag: { x: true, y: false, setScale: false }, points: { size: 7 }, sync: { key: `readings ${state.site.site}` } };
  panel.plots = units.map((unit, index) => {
    const place = element("div");
    image.append(place);
    const last = index === units.length - 1;
    const hooks = hooksOf(found.filter((each) => (each.unit ?? "") === unit), state);
    hooks.setSelect = [(plot) => select(plot, zoom)];
    // The cursors move together, so the first one speaks for all.
    if (!index) hooks.setCursor = [(plot) => readoutAt(readout, plot, state)];
    return plotOf(place, state, { unit, last, width: panel.clientWidth, height: inner + (last ? TIMES : 0), cursor, hooks });
  });
}

function plotOf(place, { found, site, window }, { unit, last, width, height, cursor, hooks }) {
  const shown = found.filter((each) => (each.unit ?? "") === unit);
  const ink = styled("--soft");
  const grid = { stroke: styled("--grid"), width: 1 };
  const times = last ? { values: DATES } : { values: (plot, splits) => splits.map(() => ""), size: 4 };
  return new uPlot(
    {
      width,
      height,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1e3), site.timezone),
      scales: { x: { time: true, range: () => window }, y: { range: reach } },
      axes: [
        { stroke: ink, grid, ticks: grid, space: APART, ...times },
        { stroke: ink, grid, ticks: grid, label: unit, labelSize: 18, size: 62, values: (plot, splits) => splits.map((each) => figure(each)) },
      ],
      series: [{}, ...shown.map((each) => lineOf(each))],
      legend: { show: false },
      cursor: { ...cursor, dataIdx: (plot, index, hovered, at) => (index ? placeOf(plot, shown[index - 1], at) : hovered) },
      hooks,
    },
    uPlot.join(shown.map(withGaps)),
    place,
  );
}

// Where in the drawn data the reading stands that the readout tells of *series*; null for none.
function placeOf(plot, series, at) {
  const index = drawnAt(series, at);
  return index < 0 ? null : plot.valToIdx(series.dates[index]);
}

function hooksOf(shown, { wrong, events }) {
  const keys = new Set(shown.map((each) => each.key));
  const here = wrong.filter((each) => each.keys.some((key) => keys.has(key)));
  return {
    drawClear: [(plot) => drawHoles(plot, shown), (plot) => drawWrong(plot, here)],
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
    stroke: colourOf(series.commodity),
    width: series.dates.length > 3000 ? 1 : 1.5,
    dash: dashOf(series),
    paths: series.dates.length < 3000 ? uPlot.paths.stepped({ align: 1 }) : undefined,
    points: { show: series.dates.length < 3 },
  };
}

// A line ends where readings are missing.
function withGaps({ dates, values, interval }) {
  const step = STEPS[interval];
  const [xs, ys] = [[], []];
  for (let index = 0; index < dates.length; index += 1) {
    if (index && isGap(dates[index - 1], dates[index], interval)) {
      xs.push(dates[index - 1] + step);
      ys.push(null);
    }
    if (xs.length && dates[index] <= xs[xs.length - 1]) continue; // The same date twice: the table tells both.
    xs.push(dates[index]);
    ys.push(values[index]);
  }
  if (xs.length) {
    xs.push(xs[xs.length - 1] + step);
    ys.push(ys[ys.length - 1]);
  }
  return [xs, ys];
}

function reach(plot, low, high) {
  if (low == null) return [0, 1];
  if (low >= 0 && low < 0.6 * high) return [0, high * 1.06 || 1];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return [low - room, high + room];
}

function described(found) {
  const each = found.map(({ name, unit, values, gaps }) => {
    if (!values.length) return `${name}: no readings`;
    const absent = gaps.reduce((sum, [, , count]) => sum + count, 0);
    const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
    return `${name}: ${values.length} readings from ${figure(low)} to ${figure(high)} ${unit ?? ""}${absent ? `, ${absent} absent` : ""}`;
  });
  return `Line chart. ${each.join("; ")}. The table below has the values.`;
}
