// Draws the payments of a day by hour, beside those of the same weekday before. The same numbers
// stand in a table.

/* global uPlot */

/** A colour of the page as a canvas takes it: the one for light, or the one for dark. */
function colour(name) {
  const probe = document.createElement('i');
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

function draw(box) {
  const { hours, now, before, names } = JSON.parse(box.dataset.chart);
  const axis = { stroke: colour('--soft'), grid: { stroke: colour('--line'), width: 1 } };
  const bars = uPlot.paths.bars({ size: [0.62, 34] });
  const plain = { points: { show: false } };
  box.replaceChildren();
  new uPlot(
    {
      width: box.clientWidth,
      height: 220,
      cursor: { show: false },
      // Half an hour more at each end: the bars of the first and the last hour are whole.
      scales: {
        x: { time: false, range: () => [-0.5, hours.length - 0.5] },
        y: { range: (_u, _min, max) => [0, Math.max(4, max * 1.1)] },
      },
      axes: [
        { ...axis, grid: { show: false } },
        { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
      ],
      series: [
        {},
        {
          label: names[0],
          fill: colour('--blue'),
          stroke: colour('--blue'),
          paths: bars,
          ...plain,
        },
        { label: names[1], stroke: colour('--amber'), width: 2, dash: [5, 4], ...plain },
      ],
      legend: { live: false },
    },
    [hours, now, before],
    box,
  );
}

function drawAll() {
  for (const box of document.querySelectorAll('[data-chart]')) draw(box);
}

drawAll();
let wait;
addEventListener('resize', () => {
  clearTimeout(wait);
  wait = setTimeout(drawAll, 150);
});
for (const name of ['htmx:afterSwap', 'htmx:after:swap']) document.addEventListener(name, drawAll);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
