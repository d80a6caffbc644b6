// Annotations of a chart: defects, missing intervals, events, and marks of readings.
import { INTERVAL_SECONDS, commodityColour, cssVariable, lineDash, secondsOf } from "./dom.js";
import { isGap } from "./chart_tooltip.js";
import { YEAR } from "./series_loader.js";

const [MAX_MARKS, MANY_MARKS] = [4000, 120]; // drawn at most, and drawn small above

function clipped({ ctx, bbox }, draw) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  draw(ctx, bbox);
  ctx.restore();
}

export function drawDefects(plot, defects) {
  const [soft, bad] = [cssVariable("--bad-soft"), cssVariable("--bad")];
  clipped(plot, (pen, box) => {
    for (const each of defects) {
      const left = plot.valToPos(secondsOf(each.begin), "x", true);
      const right = each.end ? plot.valToPos(secondsOf(each.end), "x", true) : box.left + box.width;
      pen.fillStyle = soft;
      pen.fillRect(left, box.top, Math.max(2, right - left), box.height);
      pen.fillStyle = bad;
      pen.fillRect(left, box.top, Math.max(2, Math.min(right, box.left + box.width) - Math.max(left, box.left)), 3 * devicePixelRatio);
    }
  });
}

// Hatch the area of *path* within a box, to distinguish missing readings from values.
export function hatch(pen, path, { left, top, width, height }, ratio) {
  pen.save();
  pen.clip(path);
  pen.strokeStyle = cssVariable("--hatch");
  pen.lineWidth = ratio;
  pen.beginPath();
  for (let x = left - height; x < left + width; x += 6 * ratio) {
    pen.moveTo(x, top + height);
    pen.lineTo(x + height, top);
  }
  pen.stroke();
  pen.restore();
}

export function drawGaps(plot, shown) {
  const path = new Path2D();
  const { top, height } = plot.bbox;
  for (const [begin, end] of shown.flatMap((each) => each.gaps)) {
    const left = plot.valToPos(begin, "x", true);
    path.rect(left, top, Math.max(2, plot.valToPos(end, "x", true) - left), height);
  }
  clipped(plot, (pen, box) => hatch(pen, path, box, devicePixelRatio));
}

export function drawEvents(plot, events) {
  clipped(plot, (pen, box) => {
    pen.strokeStyle = cssVariable("--good");
    pen.lineWidth = 2 * devicePixelRatio;
    pen.setLineDash([5, 4]);
    for (const each of events) {
      const left = plot.valToPos(secondsOf(each.at), "x", true);
      pen.beginPath();
      pen.moveTo(left, box.top);
      pen.lineTo(left, box.top + box.height);
      pen.stroke();
    }
  });
}

// Fill the range from the lowest to the highest reading of each aggregated interval.
export function drawBands(plot, shown) {
  clipped(plot, (pen) => {
    pen.globalAlpha = 0.22;
    for (const { dates, lows, highs, interval, commodity } of shown) {
      pen.fillStyle = commodityColour(commodity);
      for (let index = 0; index < lows.length; index += 1) {
        const end = Math.min(dates[index + 1] ?? Infinity, dates[index] + INTERVAL_SECONDS[interval]);
        const [left, right] = [dates[index], end].map((each) => plot.valToPos(each, "x", true));
        const [top, bottom] = [highs[index], lows[index]].map((each) => plot.valToPos(each, "y", true));
        pen.fillRect(left, top, Math.max(right - left, 1), Math.max(bottom - top, 1));
      }
    }
  });
}

const [EARLIER_WIDTH, EARLIER_EDGE] = [1.5, 4]; // pixels: of the line, and with an edge that separates it from a band

// Draw the same days a year earlier as a grey line.
export function drawEarlier(plot, shown) {
  clipped(plot, (pen) => {
    pen.lineJoin = "round";
    for (const series of shown) {
      const { earlier } = series;
      if (!earlier) continue;
      pen.beginPath();
      earlier.dates.forEach((date, index) => {
        const [x, end] = [date, date + INTERVAL_SECONDS[earlier.interval]].map((each) => plot.valToPos(each + YEAR, "x", true));
        const y = plot.valToPos(earlier.drawn[index], "y", true);
        const starts = !index || isGap(earlier.dates[index - 1], date, earlier.interval);
        if (starts) pen.moveTo(x, y);
        else pen.lineTo(x, y);
        pen.lineTo(end, y);
      });
      pen.setLineDash([]);
      pen.lineWidth = EARLIER_EDGE * devicePixelRatio;
      pen.strokeStyle = cssVariable("--sheet");
      pen.stroke();
      pen.setLineDash(lineDash(series).map((each) => each * devicePixelRatio));
      pen.lineWidth = EARLIER_WIDTH * devicePixelRatio;
      pen.strokeStyle = cssVariable("--soft");
      pen.stroke();
    }
  });
}

const DIAMOND = [[0, -1], [1, 0], [0, 1], [-1, 0], [0, -1]];

export function drawMarks(plot, shown) {
  const colours = [null, cssVariable("--warn"), cssVariable("--waste"), cssVariable("--soft"), cssVariable("--accent")];
  const many = shown.some((each) => each.statuses.filter(Boolean).length > MANY_MARKS);
  const size = (many ? 2.5 : 4) * devicePixelRatio;
  clipped(plot, (pen) => {
    pen.lineWidth = (many ? 1 : 1.5) * devicePixelRatio;
    let drawn = 0;
    for (const { dates, drawn: values, statuses, counts } of shown) {
      if (counts.length) continue; // Marks of single readings would cover an aggregated line.
      for (let index = 0; index < statuses.length && drawn < MAX_MARKS; index += 1) {
        if (!statuses[index]) continue;
        drawn += 1;
        mark(pen, statuses[index], plot.valToPos(dates[index], "x", true), plot.valToPos(values[index], "y", true));
      }
    }
  });
  function mark(pen, kind, x, y) {
    pen.strokeStyle = pen.fillStyle = colours[kind];
    pen.setLineDash(kind === 3 ? [2, 2] : []);
    pen.beginPath();
    if (kind === 1) pen.arc(x, y, size, 0, 2 * Math.PI);
    else if (kind === 2) for (const [dx, dy] of DIAMOND) pen.lineTo(x + dx * size * 1.2, y + dy * size * 1.2);
    else pen.rect(x - size, y - size, 2 * size, 2 * size);
    pen.stroke();
    if (kind === 4) pen.fill();
  }
}
