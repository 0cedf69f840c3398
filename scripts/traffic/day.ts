import type { Random } from './random.ts';

/** A peak of the day: where it is and how wide, as fractions of the day, and how high above the base of 1. */
interface Peak {
  readonly at: number;
  readonly width: number;
  readonly height: number;
}

// Open from 6 to 20 h: before work at 8:30, after lunch at 12:45.
const peaks: readonly Peak[] = [
  { at: 0.18, width: 0.06, height: 2.5 },
  { at: 0.48, width: 0.08, height: 1.5 },
];

const raw = (moment: number): number =>
  peaks.reduce(
    (sum, { at, width, height }) => sum + height * Math.exp(-(((moment - at) / width) ** 2) / 2),
    1,
  );

const steps = 1_000;
const samples = Array.from({ length: steps }, (_, index) => raw((index + 0.5) / steps));
const mean = samples.reduce((sum, value) => sum + value, 0) / steps;
const highest = Math.max(...samples) / mean;

/** How busy the moment (0 opening … 1 closing) is, relative to the day's mean, which is 1. */
export const busyness = (moment: number): number => raw(moment) / mean;

/**
 * When customers come, in milliseconds since the start: a Poisson process around the day curve, by thinning
 * (Lewis and Shedler 1979). Open loop: nobody waits for the service to be ready for them.
 *
 * @param rate the day's mean, in customers a second.
 */
export function* arrivals(rate: number, durationMs: number, random: Random): Generator<number> {
  const peakPerMs = (rate * highest) / 1000;
  for (let at = 0; ; ) {
    at += -Math.log(1 - random()) / peakPerMs;
    if (at >= durationMs) return;
    if (random() * highest < busyness(at / durationMs)) yield at;
  }
}
