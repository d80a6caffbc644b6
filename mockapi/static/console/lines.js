// Readings over time, with what is wrong and how they came.
import { colourOf, element, figure, local, styled } from "./elements.js";

const STEPS = { PT15M: 900, PT1H: 3600, P1D: 86400, P1M: 31 * 86400 };
const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
const DAY = 86400;
const [N, YEAR] = [null, "\n{YYYY}"];
// By the distance of ticks: what each shows, and what it shows besides at a new year, month, day.
const DATES = [
  [365 * DAY, "{YYYY}", N, N, N, N, N, N, 1],
  [28 * DAY, "{MMM}", YEAR, N, N, N, N, N, 1],
  [DAY, "{D} {MMM}", YEAR, N, N, N, N, N, 1],
  [60, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", N, "\n{D} {MMM}", N, N, N, 1],
];
const MOST_MARKS = 4000;
const seconds = (instant) => Date.parse(instant) / 1000;

export function drawLines(panel, state, zoom) {
  panel.replaceChildren();
  const { found, site, window } = state;
  if (!found.some((each) => each.dates.length)) {
    panel.append(element("p", { class: "empty" }, found.length ? "Nothing arrived for this window." : "Choose a measurement."));
    return;
  }
  const units = [...new Set(found.map((each) => each.unit ?? ""))];
  const data = uPlot.join(found.map(withGaps));
  const image = element("div", { role: "img", "aria-label": described(found) });
  const readout = element("div", { class: "readout", "aria-hidden": "true" });
  panel.append(image, readout);
  const ink = styled("--soft");
  const grid = { stroke: styled("--grid"), width: 1 };
  const axis = (unit, index) => ({
    scale: unit,
    side: index ? 1 : 3,
    label: index < 2 ? unit : undefined,
    labelSize: 18,
    size: 62,
    show: index < 2,
    stroke: ink,
    grid: { ...grid, show: !index },
    ticks: grid,
    values: (plot, splits) => splits.map((each) => figure(each)),
  });
  const plot = new uPlot(
    {
      width: panel.clientWidth,
      height: panel.clientHeight,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1e3), site.timezone),
      scales: { x: { time: true, range: () => window }, ...Object.fromEntries(units.map((each) => [each, { range: reach }])) },
      axes: [{ stroke: ink, grid, ticks: grid, values: DATES }, ...units.map(axis)],
      series: [{}, ...found.map((each) => lineOf(each))],
      legend: { show: false },
      cursor: { drag: { x: true, y: false, setScale: false }, points: { size: 7 } },
      hooks: {
        drawClear: [(drawn) => drawWrong(drawn, state)],
        draw: [(drawn) => drawMarks(drawn, found)],
        setCursor: [(drawn) => tell(readout, drawn, found)],
        setSelect: [
          (drawn) => {
            if (drawn.select.width < 5) return;
            const from = drawn.posToVal(drawn.select.left, "x");
            zoom(from, drawn.posToVal(drawn.select.left + drawn.select.width, "x"));
          },
        ],
      },
    },
    data,
    image,
  );
  panel.plot = plot;
}

function lineOf(series) {
  return {
    label: series.name,
    scale: series.unit ?? "",
    stroke: colourOf(series.commodity),
    width: series.dates.length > 3000 ? 1 : 1.5,
    dash: DASHES[series.number % DASHES.length],
    paths: series.dates.length < 3000 ? uPlot.paths.stepped({ align: 1 }) : undefined,
    points: { show: series.dates.length < 3 },
  };
}

// A line ends where readings are missing.
function withGaps({ dates, values, interval }) {
  const step = STEPS[interval];
  const [xs, ys] = [[], []];
  for (let index = 0; index < dates.length; index += 1) {
    if (index && dates[index] - dates[index - 1] > 1.6 * step) {
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

function drawWrong(plot, { wrong, events }) {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  for (const each of wrong) {
    const left = plot.valToPos(seconds(each.begin), "x", true);
    const right = each.end ? plot.valToPos(seconds(each.end), "x", true) : bbox.left + bbox.width;
    ctx.fillStyle = styled("--bad-soft");
    ctx.fillRect(left, bbox.top, Math.max(2, right - left), bbox.height);
    ctx.fillStyle = styled("--bad");
    ctx.fillRect(left, bbox.top, 1, bbox.height);
  }
  ctx.strokeStyle = styled("--good");
  ctx.lineWidth = 2;
  ctx.setLineDash([5, 4]);
  for (const each of events) {
    const left = plot.valToPos(seconds(each.at), "x", true);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

function drawMarks(plot, found) {
  const { ctx, bbox } = plot;
  const colours = [null, styled("--warn"), styled("--waste"), styled("--soft"), styled("--accent")];
  const size = 4 * devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.lineWidth = 1.5 * devicePixelRatio;
  let drawn = 0;
  for (const series of found) {
    for (let index = 0; index < series.marks.length && drawn < MOST_MARKS; index += 1) {
      const mark = series.marks[index];
      if (!mark) continue;
      drawn += 1;
      const x = plot.valToPos(series.dates[index], "x", true);
      const y = plot.valToPos(series.values[index], series.unit ?? "", true);
      ctx.strokeStyle = ctx.fillStyle = colours[mark];
      ctx.setLineDash(mark === 3 ? [2, 2] : []);
      ctx.beginPath();
      if (mark === 1) ctx.arc(x, y, size, 0, 2 * Math.PI);
      else if (mark === 2) for (const [dx, dy] of [[0, -1], [1, 0], [0, 1], [-1, 0], [0, -1]]) ctx.lineTo(x + dx * size * 1.2, y + dy * size * 1.2);
      else ctx.rect(x - size, y - size, 2 * size, 2 * size);
      ctx.stroke();
      if (mark === 4) ctx.fill();
    }
  }
  ctx.restore();
}

function tell(readout, plot, found) {
  const index = plot.cursor.idx;
  if (index == null || plot.cursor.left < 0) {
    readout.replaceChildren();
    return;
  }
  const second = plot.data[0][index];
  const lines = found.map((each, number) => {
    const value = plot.data[number + 1][index];
    return value == null ? null : element("div", {}, `${each.name}: ${figure(value)} ${each.unit ?? ""}`);
  });
  const offsets = found.find((each) => each.offsets.length)?.offsets ?? [];
  readout.replaceChildren(element("b", {}, local(offsets, second)), ...lines.filter(Boolean));
}

function described(found) {
  const each = found.map(({ name, unit, values }) => {
    if (!values.length) return `${name}: no readings`;
    const [low, high] = values.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, -Infinity]);
    return `${name}: ${values.length} readings from ${figure(low)} to ${figure(high)} ${unit ?? ""}`;
  });
  return `Line chart. ${each.join("; ")}. The table below has the values.`;
}
