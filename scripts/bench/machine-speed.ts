import { mean } from './averages.ts';

const everyMs = 250;
const places = 2 ** 20;
const steps = 20_000;

/**
 * Each place once, in an order that no cache foresees: a full cycle of a linear congruential generator (Hull and Dobell 1962).
 * 4 MiB: more than a core's own caches have.
 */
const nextOf = Uint32Array.from(
  { length: places },
  (_, place) => (place * 1_664_525 + 1_013_904_223) % places,
);

function walk(from: number): number {
  let place = from;
  for (let step = 0; step < steps; step += 1) place = nextOf[place] ?? 0;
  return place;
}

interface Sample {
  /** Since the epoch, in milliseconds. */
  readonly at: number;
  readonly workMs: number;
}

/**
 * How fast the machine is while something else is measured on it: how much processor the same piece of work takes, four times a
 * second. What others take who share the hardware shows in it (at once their caches and the other half of a core), and
 * waiting for a processor that is full does not.
 */
export class MachineSpeed implements Disposable {
  readonly #samples: Sample[] = [];
  readonly #timer = setInterval(() => this.#measure(), everyMs);
  #place = 0;

  /**
   * The mean of what was measured in this time, in milliseconds of processor; less is faster.
   *
   * @param from and `to` are milliseconds since the epoch.
   * @throws Error when nothing was measured in it
   */
  workMs(from: number, to: number): number {
    const within = this.#samples.filter(({ at }) => at >= from && at < to);
    if (within.length === 0) throw new Error('the speed of the machine was not measured in time');
    return mean(within.map(({ workMs }) => workMs));
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  #measure(): void {
    const before = process.threadCpuUsage();
    this.#place = walk(this.#place);
    const { user, system } = process.threadCpuUsage(before);
    this.#samples.push({ at: Date.now(), workMs: (user + system) / 1_000 });
  }
}
