// Line chart of scores over time. A click on a point explains the score.
import { element, cssVariable, secondsOf } from "./dom.js";

const [MIN_WIDTH, LABEL_WIDTH, LABEL_HEIGHT] = [480, 134, 14]; // pixels: of a chart with labels at the ends of its lines, and of a label

export const day = (date) => secondsOf(`${date}T12:00:00Z`);

export function draw(panel, lines, explain) {
  panel.replaceChildren();
  if (!lines.length) {
    panel.append(element("p", { class: "empty" }, "No scores yet."));
    return;
  }
  const description = lines.map(({ name, scores }) => `${name} from ${scores[0].score} to ${scores[scores.length - 1].score}`).join("; ");
  const image = element("div", { role: "img", "aria-label": `Line chart of scores: ${description}.` });
  panel.append(image);
  const dates = [...new Set(lines.flatMap((each) => each.scores.map((one) => day(one.date))))].sort((a, b) => a - b);
  const indexes = new Map(dates.map((each, index) => [each, index]));
  const columns = lines.map(({ scores }) => {
    const column = new Array(dates.length).fill(null);
    for (const each of scores) column[indexes.get(day(each.date))] = each.score;
    return column;
  });
  const [stroke, grid] = [cssVariable("--soft"), { stroke: cssVariable("--grid"), width: 1 }];
  const ticks = [[28 * 86400, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1], [86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1], [1, "{HH}:{mm}", "\n{D} {MMM}", null, null, null, null, null, 1]];
  const plot = new uPlot(
    {
      width: panel.clientWidth,
      padding: [null, panel.clientWidth < MIN_WIDTH ? null : LABEL_WIDTH, null, null],
      height: panel.clientHeight,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1e3), "UTC"),
      scales: { y: { range: [0, 100] } },
      axes: [{ stroke, grid, ticks: grid, space: 54, values: ticks }, { stroke, grid, ticks: grid, label: "score", labelSize: 18 }],
      series: [{}, ...lines.map((each) => lineOf(each))],
      legend: { show: false },
      hooks: { draw: [(plot) => drawPosted(plot, lines), (plot) => panel.clientWidth < MIN_WIDTH || drawLabels(plot, lines)] },
      cursor: { drag: { x: false, y: false }, focus: { prox: 30 } },
      focus: { alpha: 0.35 },
    },
    [dates, ...columns],
    image,
  );
  panel.plot = plot;
  plot.over.addEventListener("click", () => {
    const { left, top } = plot.cursor;
    const second = plot.posToVal(left, "x");
    const nearest = lines.flatMap(({ scores }) => {
      const closest = scores.reduce((best, each) => (Math.abs(day(each.date) - second) < Math.abs(day(best.date) - second) ? each : best));
      return [[Math.abs(plot.valToPos(closest.score, "y") - top), closest]];
    });
    explain(nearest.sort((a, b) => a[0] - b[0])[0][1]);
  });
}

function lineOf({ name, scores, colour, dash }) {
  const dots = dash === null;
  return {
    label: name,
    stroke: colour,
    width: dots ? 0 : 2,
    dash: dash ?? [],
    spanGaps: true,
    paths: dots ? () => null : undefined,
    points: { show: dots || (!dash.length && scores.length < 60), size: dots ? 8 : 5, fill: colour },
  };
}

// Mark the scores that a partner posted, as the legend does.
function drawPosted(plot, lines) {
  const { ctx: context } = plot;
  context.save();
  context.lineWidth = 2 * devicePixelRatio;
  context.setLineDash([]); // that of the line is still set
  context.fillStyle = cssVariable("--sheet");
  const size = 4 * devicePixelRatio;
  for (const { posted, colour } of lines) {
    context.strokeStyle = colour;
    for (const { date, score } of posted) {
      const [x, y] = [plot.valToPos(day(date), "x", true), plot.valToPos(score, "y", true)];
      context.beginPath();
      context.rect(x - size, y - size, 2 * size, 2 * size);
      context.fill();
      context.stroke();
    }
  }
  context.restore();
}

// Draw the name of each line at its end. Names that would overlap are moved apart.
function drawLabels(plot, lines) {
  const { ctx: context, bbox } = plot;
  const height = LABEL_HEIGHT * devicePixelRatio;
  const ends = lines.map(({ name, colour, scores }) => ({ name, colour, at: plot.valToPos(scores[scores.length - 1].score, "y", true) })).sort((a, b) => a.at - b.at);
  let limit = bbox.top + bbox.height - (ends.length - 0.5) * height;
  let previous = -Infinity;
  for (const each of ends) {
    previous = Math.max(previous + height, Math.min(each.at, limit));
    each.at = previous;
    limit += height;
  }
  context.save();
  context.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  const left = bbox.left + bbox.width + 6 * devicePixelRatio;
  for (const { name, colour, at } of ends) {
    context.fillStyle = colour;
    context.fillRect(left, at - height / 4, 4 * devicePixelRatio, height / 2);
    context.fillStyle = cssVariable("--ink");
    context.fillText(name, left + 8 * devicePixelRatio, at);
  }
  context.restore();
}
