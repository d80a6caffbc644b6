// Heat maps of measurements: hour by day, in local time of the site.
import { element, formatNumber, offsetAt, cssVariable } from "./dom.js";
import { hatch } from "./chart_annotations.js";

const DAY = 86400;
const PER_DAY = { PT15M: 96, PT1H: 24 };
const [LEFT, BOTTOM] = [40, 22];
const MIN_HEIGHT = 176; // pixels

export function draw(panel, { found, coarse }) {
  panel.replaceChildren();
  panel.style.height = "";
  const shown = found.filter((each) => each.dates.length && PER_DAY[each.interval]);
  const others = found.filter((each) => !shown.includes(each)).map((each) => each.name);
  if (!shown.length) {
    const message = coarse ? "Select a year or less to see hours." : "The selected measurements have no hourly readings in this window.";
    panel.append(element("p", { class: "empty" }, message));
    return;
  }
  const height = Math.max(MIN_HEIGHT, panel.clientHeight / shown.length);
  panel.style.height = "auto";
  for (const each of shown) drawMap(panel, each, height);
  if (others.length) panel.append(element("p", { class: "caption" }, `No hourly readings in this window: ${others.join(", ")}.`));
}

function drawMap(panel, series, height) {
  const cells = cellsOf(series);
  const label = `Heat map of ${series.name}, hour by day: 98 % of values from ${formatNumber(cells.low)} to ${formatNumber(cells.high)} ${series.unit ?? ""} over ${cells.days} days.`;
  const canvas = element("canvas", { role: "img", "aria-label": label });
  const scale = element("canvas", { "aria-hidden": "true", width: 128, height: 10 });
  const legend = element("p", { class: "heat-scale" }, `${series.name}: ${formatNumber(cells.low)} or less`, scale, `${formatNumber(cells.high)} ${series.unit ?? ""} or more`);
  panel.append(legend, canvas);
  paint(canvas, panel.clientWidth, height - 32, cells);
  const context = scale.getContext("2d");
  for (let x = 0; x < 128; x += 1) {
    context.fillStyle = colourAt(x / 127);
    context.fillRect(x, 0, 1, 10);
  }
}

function cellsOf({ dates, values, interval, offsets, gaps }) {
  const rows = PER_DAY[interval];
  const firstDay = Math.floor((dates[0] + offsetAt(offsets, dates[0])) / DAY);
  const last = dates[dates.length - 1];
  const days = Math.floor((last + offsetAt(offsets, last)) / DAY) - firstDay + 1;
  const table = new Float64Array(days * rows).fill(NaN);
  // The scale ends at the 1st and 99th percentile, so that a spike does not flatten all other values.
  const sorted = Float64Array.from(values).sort();
  const [low, high] = [0.01, 0.99].map((part) => sorted[Math.floor(part * (sorted.length - 1))]);
  let change = 0;
  for (let index = 0; index < dates.length; index += 1) {
    while (change + 1 < offsets.length && offsets[change + 1][0] <= dates[index]) change += 1;
    const second = dates[index] + (offsets[change]?.[1] ?? 0);
    const day = Math.floor(second / DAY) - firstDay;
    table[day * rows + Math.floor(((second % DAY) * rows) / DAY)] = values[index];
  }
  for (const [begin, end] of gaps) {
    for (let at = begin; at < end; at += DAY / rows) {
      const second = at + offsetAt(offsets, at);
      const place = (Math.floor(second / DAY) - firstDay) * rows + Math.floor(((second % DAY) * rows) / DAY);
      if (Number.isNaN(table[place])) table[place] = Infinity; // No reading.
    }
  }
  return { table, rows, days, firstDay, low, high };
}

function paint(canvas, width, height, { table, rows, days, firstDay, low, high }) {
  const ratio = devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  const [cellWidth, cellHeight] = [(width - LEFT) / days, (height - BOTTOM) / rows];
  const colours = Array.from({ length: 64 }, (_, index) => colourAt(index / 63));
  const missingArea = new Path2D();
  for (let day = 0; day < days; day += 1) {
    for (let row = 0; row < rows; row += 1) {
      const value = table[day * rows + row];
      if (value === Infinity) missingArea.rect(LEFT + day * cellWidth, row * cellHeight, cellWidth, cellHeight);
      if (!Number.isFinite(value)) continue;
      const part = high > low ? (value - low) / (high - low) : 0;
      context.fillStyle = colours[Math.max(0, Math.min(63, Math.floor(part * 64)))];
      context.fillRect(LEFT + day * cellWidth, row * cellHeight, cellWidth + 0.5, cellHeight + 0.5);
    }
  }
  hatch(context, missingArea, { left: LEFT, top: 0, width: width - LEFT, height: height - BOTTOM }, 1);
  context.fillStyle = cssVariable("--soft");
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "right";
  for (let hour = 0; hour < 24; hour += 6) context.fillText(`${String(hour).padStart(2, "0")}:00`, LEFT - 5, (hour / 24) * (height - BOTTOM) + 10);
  context.textAlign = "left";
  const every = Math.max(1, Math.ceil(days / Math.max(1, Math.floor((width - LEFT) / 90))));
  for (let day = 0; day < days; day += every) {
    const text = new Date((firstDay + day) * DAY * 1000).toISOString().slice(0, 10);
    if (LEFT + day * cellWidth < width - 64) context.fillText(text, LEFT + day * cellWidth, height - 6);
  }
}

function colourAt(part) {
  const ends = part < 0.5 ? ["--heat-0", "--heat-1"] : ["--heat-1", "--heat-2"];
  const [from, to] = ends.map((each) => [1, 3, 5].map((at) => parseInt(cssVariable(each).slice(at, at + 2), 16)));
  const along = part < 0.5 ? part * 2 : part * 2 - 1;
  return `rgb(${from.map((each, index) => Math.round(each + (to[index] - each) * along)).join(" ")})`;
}
