import { join } from 'node:path';
import { expect, type Locator } from '@playwright/test';
import { repositoryRoot } from '../../scripts/docker/repository.ts';
import { open, test } from './signed-in.ts';
import { onStack } from './target.ts';

/** `./coffee docs screenshots` has them where the documentation shows them. */
const folder = process.env.SCREENSHOTS_FOLDER ?? join(repositoryRoot, '.coffee', 'screenshots');

const boxesOf = async (parts: Locator): Promise<{ name: string; box: Box }[]> => {
  const found: { name: string; box: Box }[] = [];
  for (const part of await parts.all()) {
    const box = await part.boundingBox();
    if (!box) throw new Error(`${await part.textContent()} is not drawn.`);
    found.push({ name: (await part.textContent()) ?? '', box });
  }
  return found;
};

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

test('the parts of the map lie beside each other, and their names fit', async ({ page }) => {
  await open(page, 'map');
  const nodes = page.locator('.map-node');
  await expect(nodes.first()).toBeVisible();
  const boxes = await boxesOf(nodes.locator('rect'));
  const names = await boxesOf(nodes.locator('text:not(.map-health)'));
  expect(boxes.length).toBeGreaterThan(10);
  for (const [index, { box }] of boxes.entries()) {
    const name = names[index];
    expect(name?.box.width, name?.name).toBeLessThan(box.width);
    const others = boxes.slice(index + 1).filter((other) => overlap(box, other.box));
    expect(others, name?.name).toEqual([]);
  }
});

test('charts are drawn', async ({ page }) => {
  await open(page, 'metrics');
  await expect(page.locator('canvas').first()).toBeVisible();
  // As text: types of the browser are none of the server's.
  const drawn = await page.evaluate<boolean[]>(
    `[...document.querySelectorAll('canvas')].map((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value) => value !== 0);
    })`,
  );
  expect(drawn).toEqual(drawn.map(() => true));
});

/** What the documentation shows: the name of the picture, and the heading that is in it. */
const pictures = [
  ['map', 'What goes where'],
  ['orders', 'Live: what happens to orders'],
  ['metrics', 'Orders accepted a second'],
  ['resources', 'Containers'],
  ['alerts', 'Alerts now'],
] as const;

test.describe('pictures', () => {
  test.skip(onStack, 'the stage has the same on every machine');

  for (const [path, shows] of pictures) {
    test(`of ${path}`, async ({ page }) => {
      await page.setViewportSize({ width: 1_280, height: 800 });
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await open(page, path);
      await expect(page.getByText(shows).first()).toBeVisible();
      await expect(page.getByRole('main').getByLabel(/^(Waiting for|Loading)/)).toHaveCount(0);
      await page.screenshot({ path: join(folder, `${path}.png`) });
    });
  }

  test('of a trace', async ({ page }) => {
    await page.setViewportSize({ width: 1_280, height: 800 });
    await open(page, 'traces');
    await page.getByRole('link', { name: 'POST /v1/orders' }).first().click();
    const spans = page.getByRole('list', { name: 'Spans' }).getByRole('button');
    await expect(spans).toHaveCount(4);
    const bars = await boxesOf(page.locator('.span-bar'));
    // Each begins after the one before, within its track.
    expect(bars.map(({ box }) => box.x)).toEqual(bars.map(({ box }) => box.x).toSorted((a, b) => a - b));
    await page.screenshot({ path: join(folder, 'trace.png') });
  });
});
