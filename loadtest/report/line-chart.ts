export interface Series {
  readonly name: string;
  /** In the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly series: readonly Series[];
  /** A limit that is promised, as a line across. */
  readonly limit?: { readonly name: string; readonly y: number };
}

const width = 860;
const height = 240;
const left = 64;
const right = 12;
const top = 12;
const bottom = 28;
// Told apart also by who sees fewer colours (Okabe and Ito).
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#5b5b5b', '#b8a000'];

/** Series that a chart can hold: as many as there are colours. */
export const mostSeries = colours.length;

export const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** A step of 1, 2 or 5 times a power of ten, so that about four of them reach `most`. */
export function stepFor(most: number): number {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
}

const short = (value: number): string =>
  value >= 10_000 ? `${Math.round(value / 1_000)}k` : String(Math.round(value * 1_000) / 1_000);

/** A line chart over seconds as SVG, with its legend, that needs nothing else. */
export function lineChart({ title, unit, series, limit }: Chart): string {
  const points = series.flatMap((one) => one.points);
  const lastX = Math.max(1, ...points.map(([x]) => x));
  const mostY = Math.max(1e-9, limit?.y ?? 0, ...points.map(([, y]) => y));
  const step = stepFor(mostY);
  const highest = Math.ceil(mostY / step) * step;
  const toX = (x: number): number => left + (x / lastX) * (width - left - right);
  const toY = (y: number): number => height - bottom - (y / highest) * (height - top - bottom);
  const stepX = stepFor(lastX);
  const grid = [
    ...multiples(step, highest).map((y) => {
      const at = toY(y).toFixed(1);
      return `<line x1="${left}" x2="${width - right}" y1="${at}" y2="${at}" class="grid"/><text x="${left - 6}" y="${at}" class="y">${short(y)}</text>`;
    }),
    ...multiples(stepX, lastX).map(
      (x) => `<text x="${toX(x).toFixed(1)}" y="${height - 8}" class="x">${short(x)} s</text>`,
    ),
  ];
  const lines = series.map(({ points: own }, index) => {
    const path = own.map(([x, y]) => `${toX(x).toFixed(1)},${toY(y).toFixed(1)}`).join(' ');
    return `<polyline points="${path}" stroke="${colours[index % colours.length]}"/>`;
  });
  const across = limit
    ? `<line x1="${left}" x2="${width - right}" y1="${toY(limit.y).toFixed(1)}" y2="${toY(limit.y).toFixed(1)}" class="limit"/>`
    : '';
  const names = series.map(
    ({ name }, index) => `<span style="color:${colours[index % colours.length]}">■</span> ${escaped(name)}`,
  );
  const legend = [...names, ...(limit ? [`<span class="limit">▬</span> ${escaped(limit.name)}`] : [])].join(
    ' &nbsp; ',
  );
  return `<figure><figcaption>${escaped(title)} (${escaped(unit)})</figcaption>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">${grid.join('')}${across}${lines.join('')}</svg>
<p class="legend">${legend}</p></figure>`;
}

function multiples(step: number, most: number): number[] {
  return Array.from({ length: Math.floor(most / step + 1e-9) + 1 }, (_, index) => index * step);
}
