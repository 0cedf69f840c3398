export interface Pair<R> {
  readonly on: R;
  readonly off: R;
}

export interface PairsOptions<R> {
  /** How many are wanted, and how many that say nothing are measured again at most. */
  readonly wanted: number;
  readonly measure: (kind: keyof Pair<R>, pair: number) => Promise<R>;
  /** Whether a round says something; a pair does when both do. */
  readonly isValid: (round: R) => boolean;
  /** Told of a pair that is measured again. */
  readonly onInvalid: (pair: number) => void;
}

/**
 * Measures something on and off in pairs, right after each other, since a machine's speed changes with the hour; and in turn
 * which of them is first (off on, on off, …), since what the first leaves behind is the second's burden.
 *
 * @returns as many pairs as are wanted. Only when too many said nothing these are among them, the last ones.
 */
export async function measurePairs<R>(options: PairsOptions<R>): Promise<Pair<R>[]> {
  const { wanted, measure, isValid, onInvalid } = options;
  const valid: Pair<R>[] = [];
  const invalid: Pair<R>[] = [];
  for (let number = 1; valid.length < wanted && invalid.length <= wanted; number += 1) {
    const pair = await (number % 2 === 1 ? offFirst(measure, number) : onFirst(measure, number));
    if (isValid(pair.on) && isValid(pair.off)) valid.push(pair);
    else {
      invalid.push(pair);
      onInvalid(number);
    }
  }
  return [...valid, ...invalid.slice(0, wanted - valid.length)];
}

async function offFirst<R>(measure: PairsOptions<R>['measure'], number: number): Promise<Pair<R>> {
  const off = await measure('off', number);
  return { off, on: await measure('on', number) };
}

async function onFirst<R>(measure: PairsOptions<R>['measure'], number: number): Promise<Pair<R>> {
  const on = await measure('on', number);
  return { on, off: await measure('off', number) };
}
