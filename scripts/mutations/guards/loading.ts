import type { Family } from '../mutation.ts';

/** A load test says what happened: it can't pass on a load that was not sent, or on orders that are not there. */
export const loading: Family = {
  name: 'loading',
  mutations: [
    {
      name: 'latency from when it was due',
      guard: 'what waits in the generator counts (ADR 40)',
      file: 'loadtest/generator/pacer.ts',
      find: 'if (slot) this.#send(lane, slot, this.#startedAt + slot.dueMs);',
      replace: 'if (slot) this.#send(lane, slot, performance.now());',
      test: {
        project: 'unit',
        file: 'loadtest/generator/pacer.test.ts',
        name: 'sending when it is due > without one later, which counts from when it was due',
      },
    },
    {
      name: 'offered load',
      guard: 'a run that offered less than its load fails (ADR 40)',
      file: 'loadtest/gates.ts',
      find: 'if (!(offered >= acceptance.leastOffered)) {',
      replace: 'if (!(offered >= 0)) {',
      test: {
        project: 'unit',
        file: 'loadtest/gates.test.ts',
        name: 'one line says what is broken: > less was offered than wanted',
      },
    },
    {
      name: 'orders lost',
      guard: 'a run that lost one order fails, however fast it was',
      file: 'loadtest/gates.ts',
      find: '.filter(([, orders]) => orders > 0)',
      replace: '.filter(([, orders]) => orders > 1)',
      test: {
        project: 'unit',
        file: 'loadtest/gates.test.ts',
        name: 'one line says what is broken: > one order lost',
      },
    },
    {
      name: 'paid on the chain',
      guard: 'a load that is to be paid on the chain fails when one payment that was asked for is not there',
      file: 'loadtest/payments/settlement.ts',
      find: 'if (asked > 0 && paidOnChain >= asked) return [];',
      replace: 'if (asked > 0 && paidOnChain > 0) return [];',
      test: {
        project: 'unit',
        file: 'loadtest/payments/settlement.test.ts',
        name: 'a load that is to be paid on the chain > breaks with one line when it has one less',
      },
    },
    {
      name: 'goals that nobody judged',
      guard: 'a goal that a run was too short or too small for is named, not taken for held (ADR 40)',
      file: 'loadtest/goals.ts',
      find: 'phase.rate >= rate && phase.seconds >= seconds',
      replace: 'phase.rate > 0 && phase.seconds > 0',
      test: {
        project: 'unit',
        file: 'loadtest/goals.test.ts',
        name: 'what a run does not judge > is more when it was too short, or too small',
      },
    },
    {
      name: 'figures of another load',
      guard: 'a trial at a small rate is nothing that a run is compared with',
      file: 'loadtest/history.ts',
      find: 'one.rate === other.rate &&',
      replace: 'one.rate > 0 &&',
      test: {
        project: 'unit',
        file: 'loadtest/history.test.ts',
        name: 'a run is compared > with none of another rate',
      },
    },
    {
      name: 'untrusted server',
      guard: 'a server without a certificate of our authority gets no tokens (ADR 40)',
      file: 'loadtest/generator/lane.ts',
      find: 'conn instanceof TLSSocket && !conn.authorized',
      replace: 'conn instanceof TLSSocket && conn.destroyed',
      test: {
        project: 'unit',
        file: 'loadtest/generator/lane.test.ts',
        name: 'a certificate > of the platform is taken, one of somebody else is not',
      },
    },
  ],
};
