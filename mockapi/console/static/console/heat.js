// One measurement, hour by day of the site's clock.
import { element, figure, offsetAt, styled } from "./elements.js";
import { hatch } from "./marks.js";

const DAY = 86400;
const PER_DAY = { PT15M: 96, PT1H: 24 };
const [LEFT, BOTTOM] = [40, 22];
const LEAST = 176; // pixels of a map among others

export function draw(panel, { found, coarse }) {
  panel.replaceChildren();
  panel.style.height = "";
  const shown = found.filter((each) => each.dates.length && PER_DAY[each.interval]);
  const others = found.filter((each) => !shown.includes(each)).map((each) => each.name);
  if (!shown.length) {
    const why = coarse ? "Choose a year or less to see hours." : "No measurement that is chosen has readings by the hour here.";
    panel.append(element("p", { class: "empty" }, why));
    return;
  }
  const height = Math.max(LEAST, panel.clientHeight / shown.length);
  panel.style.height = "auto";
  for (const each of shown) drawOne(panel, each, height);
  if (others.length) panel.append(element("p", { class: "caption" }, `No readings by the hour here: ${others.join(", ")}.`));
}

function drawOne(panel, series, height) {
  const cells = cellsOf(series);
  const label = `Heat map of ${series.name}, hour by day: mostly from ${figure(cells.low)} to ${figure(cells.high)} ${series.unit ?? ""} over ${cells.days} days.`;
  const canvas = element("canvas", { role: "img", "aria-label": label });
  const scale = element("canvas", { "aria-hidden": "true", width: 128, height: 10 });
  const legend = element("p", { class: "heat-scale" }, `${series.name}: ${figure(cells.low)} or less`, scale, `${figure(cells.high)} ${series.unit ?? ""} or more`);
  panel.append(legend, canvas);
  paint(canvas, panel.clientWidth, height - 32, cells);
  const pen = scale.getContext("2d");
  for (let x = 0; x < 128; x += 1) {
    pen.fillStyle = shade(x / 127);
    pen.fillRect(x, 0, 1, 10);
  }
}

function cellsOf({ dates, values, interval, offsets, gaps }) {
  const rows = PER_DAY[interval];
  const firstDay = Math.floor((dates[0] + offsetAt(offsets, dates[0])) / DAY);
  const last = dates[dates.length - 1];
  const days = Math.floor((last + offsetAt(offsets, last)) / DAY) - firstDay + 1;
  const table = new Float64Array(days * rows).fill(NaN);
  // A spike must not leave all else in one shade: what is beyond a hundredth has the last one.
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
      if (Number.isNaN(table[place])) table[place] = Infinity; // Nothing was read.
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
  const pen = canvas.getContext("2d");
  pen.scale(ratio, ratio);
  const [wide, tall] = [(width - LEFT) / days, (height - BOTTOM) / rows];
  const shades = Array.from({ length: 64 }, (_, index) => shade(index / 63));
  const absent = new Path2D();
  for (let day = 0; day < days; day += 1) {
    for (let row = 0; row < rows; row += 1) {
      const value = table[day * rows + row];
      if (value === Infinity) absent.rect(LEFT + day * wide, row * tall, wide, tall);
      if (!Number.isFinite(value)) continue;
      const part = high > low ? (value - low) / (high - low) : 0;
      pen.fillStyle = shades[Math.max(0, Math.min(63, Math.floor(part * 64)))];
      pen.fillRect(LEFT + day * wide, row * tall, wide + 0.5, tall + 0.5);
    }
  }
  hatch(pen, absent, { left: LEFT, top: 0, width: width - LEFT, height: height - BOTTOM }, 1);
  pen.fillStyle = styled("--soft");
  pen.font = "11px system-ui, sans-serif";
  pen.textAlign = "right";
  for (let hour = 0; hour < 24; hour += 6) pen.fillText(`${String(hour).padStart(2, "0")}:00`, LEFT - 5, (hour / 24) * (height - BOTTOM) + 10);
  pen.textAlign = "left";
  const every = Math.max(1, Math.ceil(days / Math.max(1, Math.floor((width - LEFT) / 90))));
  for (let day = 0; day < days; day += every) {
    const text = new Date((firstDay + day) * DAY * 1000).toISOString().slice(0, 10);
    if (LEFT + day * wide < width - 64) pen.fillText(text, LEFT + day * wide, height - 6);
  }
}

function shade(part) {
  const ends = part < 0.5 ? ["--heat-0", "--heat-1"] : ["--heat-1", "--heat-2"];
  const [from, to] = ends.map((each) => [1, 3, 5].map((at) => parseInt(styled(each).slice(at, at + 2), 16)));
  const along = part < 0.5 ? part * 2 : part * 2 - 1;
  return `rgb(${from.map((each, index) => Math.round(each + (to[index] - each) * along)).join(" ")})`;
}
