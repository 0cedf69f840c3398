export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Where each part stands: columns from the customer to the stores. */
const fixed: Readonly<Record<string, Point>> = {
  clients: { x: 70, y: 230 },
  edge: { x: 210, y: 230 },
  producer: { x: 350, y: 230 },
  'orders.v1': { x: 500, y: 120 },
  'order-events.v1': { x: 500, y: 230 },
  'payments.v1': { x: 500, y: 340 },
  consumer: { x: 740, y: 60 },
  streams: { x: 740, y: 175 },
  'web3-payment': { x: 740, y: 290 },
  'ai-orchestrator': { x: 740, y: 405 },
  'analytics.v1': { x: 500, y: 440 },
  'ai-tasks.v1': { x: 970, y: 440 },
  postgres: { x: 970, y: 110 },
  redis: { x: 970, y: 220 },
  chain: { x: 970, y: 330 },
};
export const mapWidth = 1_060;
const height = 480;
const [columns, first, columnWidth, rowHeight] = [6, 70, 160, 64];

/** Where to draw the parts of these names; what has no place of its own, such as a new service, stands in rows below. */
export function placesOf(ids: readonly string[]): {
  readonly places: ReadonlyMap<string, Point>;
  readonly height: number;
} {
  const spare = ids.filter((id) => fixed[id] === undefined);
  const places = new Map(Object.entries(fixed));
  for (const [index, id] of spare.entries()) {
    const [column, row] = [index % columns, Math.floor(index / columns)];
    places.set(id, { x: first + column * columnWidth, y: height + rowHeight / 2 + row * rowHeight });
  }
  return { places, height: height + Math.ceil(spare.length / columns) * rowHeight };
}

const [wordsWidth, lineHeight] = [110, 13];

/** Words that would lie on each other, moved down until they do not; the others stay where they are. */
export function spread<T extends { readonly at: Point }>(words: readonly T[]): T[] {
  const placed: T[] = [];
  for (const word of words.toSorted((a, b) => a.at.y - b.at.y)) {
    const { x } = word.at;
    const y = placed
      .filter(({ at }) => Math.abs(at.x - x) < wordsWidth)
      .reduce((free, { at }) => (Math.abs(at.y - free) < lineHeight ? at.y + lineHeight : free), word.at.y);
    placed.push({ ...word, at: { x, y } });
  }
  return placed;
}
