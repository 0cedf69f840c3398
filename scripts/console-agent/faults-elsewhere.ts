import type { AgentFaults } from '#contracts/http/console-agent.ts';
import { type FaultRecord, type FaultRecords, isAbandoned, processIsAlive } from '../fault/records.ts';

type Shown = AgentFaults['faults'][number];

/** How many that have ended are remembered, for marks on charts. */
const mostRemembered = 200;
const abandoned = 'Nobody is left who mends it: ./coffee fault clear does.';

/**
 * What others have broken: `./coffee fault` in a terminal, chaos. It is on disk while it lasts; who looked at it then sees it
 * afterwards as well.
 */
export class FaultsElsewhere {
  readonly #records: Pick<FaultRecords, 'all'>;
  readonly #isAlive: (pid: number) => boolean;
  #seen: Shown[] = [];

  constructor(records: Pick<FaultRecords, 'all'>, isAlive: (pid: number) => boolean = processIsAlive) {
    this.#records = records;
    this.#isAlive = isAlive;
  }

  /**
   * @param own those of the agent, which are on disk too.
   * @throws Error naming a file that is no record
   */
  async list(own: readonly Shown[], now: Date): Promise<Shown[]> {
    const records = (await this.#records.all()).filter((record) => !isOwn(record, own));
    const lasting = new Set(records.map(({ id }) => id));
    const ended = this.#seen
      .filter(({ id }) => !lasting.has(id))
      .map((shown) => ({ ...shown, endedAt: shown.endedAt ?? now.toISOString(), problem: null }));
    const current = records.map((record) => this.#shown(record, now.getTime()));
    this.#seen = [...current, ...ended].slice(0, mostRemembered);
    return this.#seen;
  }

  #shown(record: FaultRecord, nowMs: number): Shown {
    const { id, service, fault, startedAt } = record;
    return {
      id,
      title: `${fault.kind} on ${service}, by a command`,
      kind: fault.kind,
      service,
      startedAt,
      endedAt: null,
      problem: isAbandoned(record, nowMs, this.#isAlive) ? abandoned : null,
    };
  }
}

/** A container has one fault at a time: what was made of a part after the agent's command began is the agent's. */
const isOwn = (record: FaultRecord, own: readonly Shown[]): boolean =>
  own.some(
    ({ service, startedAt, endedAt }) =>
      service === record.service &&
      startedAt <= record.startedAt &&
      (endedAt === null || endedAt >= record.startedAt),
  );
