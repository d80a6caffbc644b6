// How much of the time a measurement is at least so high.
import { colourOf, dashOf, element, figure, styled } from "./elements.js";

const POINTS = 1000;

export function draw(panel, { found }) {
  panel.replaceChildren();
  const unit = found.find((each) => each.dates.length)?.unit;
  const shown = found.filter((each) => each.dates.length && each.unit === unit);
  if (!shown.length) {
    panel.append(element("p", { class: "empty" }, "Choose a measurement that has readings here."));
    return;
  }
  const shares = Array.from({ length: POINTS + 1 }, (_, index) => (100 * index) / POINTS);
  const curves = shown.map(({ values }) => {
    const sorted = Float64Array.from(values).sort().reverse();
    return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor((share / 100) * sorted.length))]);
  });
  const label = `Load-duration curve. ${shown
    .map((each, index) => `${each.name}: at most ${figure(curves[index][0])}, half of the time ${figure(curves[index][POINTS / 2])}, always ${figure(curves[index][POINTS])} ${unit ?? ""}`)
    .join("; ")}.`;
  const image = element("div", { role: "img", "aria-label": label });
  panel.append(image);
  const [stroke, grid] = [styled("--soft"), { stroke: styled("--grid"), width: 1 }];
  panel.plot = new uPlot(
    {
      width: panel.clientWidth,
      height: panel.clientHeight,
      scales: { x: { time: false, range: [0, 100] }, y: { range: (plot, low, high) => [Math.min(0, low), high * 1.06 || 1] } },
      axes: [
        { stroke, grid, ticks: grid, label: "share of the time, %", labelSize: 18 },
        { stroke, grid, ticks: grid, label: unit ?? "", labelSize: 18, size: 62, values: (plot, splits) => splits.map((each) => figure(each)) },
      ],
      series: [{}, ...shown.map((each) => ({ label: each.name, stroke: colourOf(each.commodity), width: 2, points: { show: false }, dash: dashOf(each) }))],
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
    },
    [shares, ...curves],
    image,
  );
}
