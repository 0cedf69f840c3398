import type { Exceptions } from './exceptions.ts';
import type { Door, Judgement } from './judge.ts';
import type { NameOf } from './names.ts';

/** From one service of Compose to a port of another one, as `producer → kafka:9092`. */
export type DoorName = `${string} → ${string}:${number}`;

export interface CaptureReport {
  /** Where all was TLS. */
  readonly secure: readonly DoorName[];
  readonly connections: number;
  readonly bytes: number;
  /** What was not as it must be. */
  readonly failures: readonly string[];
}

export interface CaptureExpectations {
  readonly nameOf: NameOf;
  readonly exceptions: Exceptions;
  /** Where there must have been something: a capture that saw nothing proves nothing. */
  readonly seen: readonly DoorName[];
  /** Was sent in plain text on purpose: the capture must have found it. */
  readonly control: string;
}

/** Says of a judgement what is wrong. */
export function reportOf(judgement: Judgement, expected: CaptureExpectations): CaptureReport {
  const { nameOf, exceptions, control } = expected;
  const doorOf = ({ from, to, port }: Door): DoorName => `${nameOf(from)} → ${nameOf(to)}:${port}`;
  const allowed = ({ to, port }: Door): boolean =>
    exceptions.some((exception) => exception.to === nameOf(to) && exception.port === port);
  const secure = [...new Set(judgement.secure.map(doorOf))].sort();
  const isControl = ({ sample }: { sample: string }): boolean => sample.includes(control);
  const plaintext = judgement.plaintext.filter((finding) => !isControl(finding) && !allowed(finding));
  const sum = (pick: (door: Judgement['secure'][number]) => number): number =>
    judgement.secure.reduce((total, door) => total + pick(door), 0);
  return {
    secure,
    connections: sum(({ connections }) => connections),
    bytes: sum(({ bytes }) => bytes),
    failures: [
      ...plaintext.map((finding) => `${doorOf(finding)} carries plaintext: ${finding.sample}`),
      ...judgement.leaked
        .filter((text) => text !== control)
        .map((text) => `"${text}" could be read by whoever listens`),
      ...expected.seen
        .filter((door) => !secure.includes(door))
        .map((door) => `${door} was not used, or not by TLS`),
      ...(judgement.plaintext.some(isControl) && judgement.leaked.includes(control)
        ? []
        : ['what was sent in plain text on purpose was not found: the capture does not work']),
    ],
  };
}
