// Draws scores over time; whoever chooses a point is told how it came about.
import { element, styled } from "./elements.js";

const [WIDE, NAMES, HIGH] = [480, 122, 14]; // pixels: of a chart with names at its lines' ends, for them, and of one

export const day = (date) => Date.parse(`${date}T12:00:00Z`) / 1000;

export function draw(panel, lines, explain) {
  panel.replaceChildren();
  if (!lines.length) {
    panel.append(element("p", { class: "empty" }, "No scores yet."));
    return;
  }
  const said = lines.map(({ name, scores }) => `${name} from ${scores[0].score} to ${scores[scores.length - 1].score}`).join("; ");
  const image = element("div", { role: "img", "aria-label": `Line chart of scores: ${said}.` });
  panel.append(image);
  const dates = [...new Set(lines.flatMap((each) => each.scores.map((one) => day(one.date))))].sort((a, b) => a - b);
  const place = new Map(dates.map((each, index) => [each, index]));
  const columns = lines.map(({ scores, level }) => {
    // An average is told of the last day alone: a level to hold the line against.
    const column = new Array(dates.length).fill(level ? scores[scores.length - 1].score : null);
    if (!level) for (const each of scores) column[place.get(day(each.date))] = each.score;
    return column;
  });
  const [stroke, grid] = [styled("--soft"), { stroke: styled("--grid"), width: 1 }];
  const ticks = [[28 * 86400, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1], [86400, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1], [1, "{HH}:{mm}", "\n{D} {MMM}", null, null, null, null, null, 1]];
  const plot = new uPlot(
    {
      width: panel.clientWidth,
      padding: [null, panel.clientWidth < WIDE ? null : NAMES, null, null],
      height: panel.clientHeight,
      tzDate: (second) => uPlot.tzDate(new Date(second * 1e3), "UTC"),
      scales: { y: { range: [0, 100] } },
      axes: [{ stroke, grid, ticks: grid, space: 54, values: ticks }, { stroke, grid, ticks: grid, label: "score", labelSize: 18 }],
      series: [{}, ...lines.map((each) => lineOf(each))],
      legend: { show: false },
      hooks: { draw: [(plot) => panel.clientWidth < WIDE || nameEnds(plot, lines)] },
      cursor: { drag: { x: false, y: false }, focus: { prox: 30 } },
      focus: { alpha: 0.35 },
    },
    [dates, ...columns],
    image,
  );
  plot.over.addEventListener("click", () => {
    const { left, top } = plot.cursor;
    const second = plot.posToVal(left, "x");
    const near = lines.flatMap(({ scores, level }) => {
      const closest = scores.reduce((best, each) => (Math.abs(day(each.date) - second) < Math.abs(day(best.date) - second) ? each : best));
      return [[Math.abs(plot.valToPos(closest.score, "y") - top) + (level ? 4 : 0), closest]];
    });
    explain(near.sort((a, b) => a[0] - b[0])[0][1]);
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

// Puts the name of each line at its end; those that end near each other stand one below the other.
function nameEnds(plot, lines) {
  const { ctx: pen, bbox } = plot;
  const high = HIGH * devicePixelRatio;
  const ends = lines.map(({ name, colour, scores }) => ({ name, colour, at: plot.valToPos(scores[scores.length - 1].score, "y", true) })).sort((a, b) => a.at - b.at);
  let free = bbox.top + bbox.height - (ends.length - 0.5) * high;
  let last = -Infinity;
  for (const each of ends) {
    last = Math.max(last + high, Math.min(each.at, free));
    each.at = last;
    free += high;
  }
  pen.save();
  pen.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  const left = bbox.left + bbox.width + 6 * devicePixelRatio;
  for (const { name, colour, at } of ends) {
    pen.fillStyle = colour;
    pen.fillRect(left, at - high / 4, 4 * devicePixelRatio, high / 2);
    pen.fillStyle = styled("--ink");
    pen.fillText(name, left + 8 * devicePixelRatio, at);
  }
  pen.restore();
}
