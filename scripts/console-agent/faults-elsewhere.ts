import { type AgentFaults, faultKind } from '#contracts/http/console-agent.ts';
import type { EndedFault } from '../fault/ended-faults.ts';
import { type FaultRecord, type FaultRecords, isAbandoned, processIsAlive } from '../fault/records.ts';

type Shown = AgentFaults['faults'][number];

const abandoned = 'Nobody is left who mends it: ./coffee fault clear does.';

/**
 * What others have broken: `./coffee fault` in a terminal, chaos, an agent before this one. It is on disk while it lasts, and
 * among those that have ended afterwards.
 */
export class FaultsElsewhere {
  readonly #records: Pick<FaultRecords, 'all' | 'ended'>;
  readonly #isAlive: (pid: number) => boolean;

  constructor(
    records: Pick<FaultRecords, 'all' | 'ended'>,
    isAlive: (pid: number) => boolean = processIsAlive,
  ) {
    this.#records = records;
    this.#isAlive = isAlive;
  }

  /**
   * @param own those of the agent, which are on disk too.
   * @throws Error naming a file that is no record
   */
  async list(own: readonly Shown[], now: Date): Promise<Shown[]> {
    // In this order: what ends in between is seen twice, not never.
    const lasting = await this.#records.all();
    const ended = await this.#records.ended();
    const over = new Set(ended.map(({ id }) => id));
    const current = lasting
      .filter((record) => !over.has(record.id) && !isOwn(record, own))
      .map((record) => this.#lasting(record, now.getTime()));
    return [...current, ...ended.filter((fault) => !isOwn(fault, own)).flatMap(endedOne)];
  }

  #lasting(record: FaultRecord, nowMs: number): Shown {
    const { id, service, fault, startedAt } = record;
    return {
      id,
      title: titleOf(fault.kind, service),
      kind: fault.kind,
      service,
      startedAt,
      endedAt: null,
      problem: isAbandoned(record, nowMs, this.#isAlive) ? abandoned : null,
    };
  }
}

const titleOf = (kind: string, service: string): string => `${kind} on ${service}, by a command`;

/** None for a kind of another version. */
function endedOne({ kind: name, ...fault }: EndedFault): Shown[] {
  const kind = faultKind.safeParse(name).data;
  return kind ? [{ ...fault, title: titleOf(kind, fault.service), kind, problem: null }] : [];
}

/** A container has one fault at a time: what was made of a part after the agent's command began is the agent's. */
const isOwn = (
  fault: { readonly service: string; readonly startedAt: string },
  own: readonly Shown[],
): boolean =>
  own.some(
    ({ service, startedAt, endedAt }) =>
      service === fault.service &&
      startedAt <= fault.startedAt &&
      (endedAt === null || endedAt >= fault.startedAt),
  );
