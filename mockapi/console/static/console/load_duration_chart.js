// Load duration curves: share of time for which a measurement reaches each value.
import { commodityColour, lineDash, element, formatNumber, cssVariable } from "./dom.js";

const POINTS = 1000;
const MIN_HEIGHT = 132; // pixels of a panel

export function draw(panel, { found }) {
  panel.replaceChildren();
  panel.style.height = "";
  const shown = found.filter((each) => each.dates.length);
  if (!shown.length) {
    panel.append(element("p", { class: "empty" }, "Select a measurement that has readings in this window."));
    return;
  }
  const units = [...new Set(shown.map((each) => each.unit ?? ""))];
  const height = Math.max(units.length > 1 ? MIN_HEIGHT : 0, panel.clientHeight / units.length);
  panel.style.height = `${height * units.length}px`;
  panel.plots = units.map((unit, index) => plotOf(panel, shown.filter((each) => (each.unit ?? "") === unit), { unit, height, last: index === units.length - 1 }));
}

function plotOf(panel, shown, { unit, height, last }) {
  const shares = Array.from({ length: POINTS + 1 }, (_, index) => (100 * index) / POINTS);
  const curves = shown.map(({ values }) => {
    const sorted = Float64Array.from(values).sort().reverse();
    return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor((share / 100) * sorted.length))]);
  });
  const label = `Load-duration curve. ${shown
    .map((each, index) => `${each.name}: at most ${formatNumber(curves[index][0])}, half of the time ${formatNumber(curves[index][POINTS / 2])}, always ${formatNumber(curves[index][POINTS])} ${unit}`)
    .join("; ")}.`;
  const image = element("div", { role: "img", "aria-label": label });
  panel.append(image);
  const [stroke, grid] = [cssVariable("--soft"), { stroke: cssVariable("--grid"), width: 1 }];
  return new uPlot(
    {
      width: panel.clientWidth,
      height,
      scales: { x: { time: false, range: [0, 100] }, y: { range: (plot, low, high) => [Math.min(0, low), high * 1.06 || 1] } },
      axes: [
        { stroke, grid, ticks: grid, ...(last ? { label: "share of the time, %", labelSize: 18 } : {}) },
        { stroke, grid, ticks: grid, label: unit, labelSize: 18, size: 62, values: (plot, splits) => splits.map((each) => formatNumber(each)) },
      ],
      series: [{}, ...shown.map((each) => ({ label: each.name, stroke: commodityColour(each.commodity), width: 2, points: { show: false }, dash: lineDash(each) }))],
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
    },
    [shares, ...curves],
    image,
  );
}
