import { expect, it } from 'vitest';
import { mapWidth, placesOf, spread } from './map-places.ts';

const [halfWidth, halfHeight] = [62, 22];

it('has the parts that everybody has where they always are', () => {
  const { places, height } = placesOf(['producer', 'orders.v1']);
  expect(places.get('producer')).toEqual({ x: 350, y: 230 });
  expect(height).toBe(480);
});

// Guard: a service that is new is on the map as soon as its health is known.
it('has room for whatever else there is, beside each other and within the picture', () => {
  const others = Array.from({ length: 8 }, (_, index) => `service-${index}`);
  const { places, height } = placesOf(['producer', ...others]);
  expect([...places.keys()]).toEqual(expect.arrayContaining(others));
  const all = [...places.values()];
  for (const [index, { x, y }] of all.entries()) {
    expect(x - halfWidth).toBeGreaterThanOrEqual(0);
    expect(x + halfWidth).toBeLessThanOrEqual(mapWidth);
    expect(y + halfHeight).toBeLessThanOrEqual(height);
    const over = all
      .slice(index + 1)
      .filter((other) => Math.abs(other.x - x) < 2 * halfWidth && Math.abs(other.y - y) < 2 * halfHeight);
    expect(over).toEqual([]);
  }
});

it('writes what goes between the parts on lines of its own', () => {
  const word = (text: string, x: number, y: number) => ({ text, at: { x, y } });
  const spreadOut = spread([
    word('b', 620, 102),
    word('a', 620, 100),
    word('d', 860, 101),
    word('c', 650, 108),
  ]);
  expect(Object.fromEntries(spreadOut.map(({ text, at }) => [text, [at.x, at.y]]))).toEqual({
    a: [620, 100],
    b: [620, 113],
    c: [650, 126],
    d: [860, 101],
  });
});
