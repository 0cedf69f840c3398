import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { say, step } from './progress.ts';

const { isTTY } = process.stderr;
let output = '';

beforeEach(() => {
  output = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    output += String(text).replaceAll('\r\x1b[2K', '<clear>');
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.stderr.isTTY = isTTY;
});

describe('step in a log', () => {
  beforeEach(() => {
    process.stderr.isTTY = false;
  });

  test('says what starts, what it notes, and how long it took', async () => {
    const result = await step('Building', async ({ note }) => {
      note('layer 1');
      return 7;
    });
    expect(result).toBe(7);
    expect(output).toMatch(/^… Building\n {4}layer 1\n✓ Building \(\d+\.\d s\)\n$/);
  });

  test('says which step failed and lets the error pass', async () => {
    const failing = step('Building', () => Promise.reject(new Error('no space')));
    await expect(failing).rejects.toThrow('no space');
    expect(output).toMatch(/✗ Building \(after \d+\.\d s\)\n$/);
  });
});

describe('step in a terminal', () => {
  beforeEach(() => {
    process.stderr.isTTY = true;
  });

  test('keeps the steps that still run in one live line below what is said', async () => {
    const first = Promise.withResolvers<void>();
    const second = Promise.withResolvers<void>();
    const both = [step('First', () => first.promise), step('Second', () => second.promise)];
    say('hello');
    expect(output).toMatch(/hello\n<clear>… First \(\d\.\d s\) \| Second \(\d\.\d s\)$/);
    first.resolve();
    await both[0];
    expect(output).toMatch(/✓ First \(\d\.\d s\)\n<clear>… Second \(\d\.\d s\)$/);
    second.resolve();
    await both[1];
    expect(output).toMatch(/✓ Second \(\d\.\d s\)\n$/);
  });
});
