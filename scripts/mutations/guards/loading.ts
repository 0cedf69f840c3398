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
    {
      name: 'lag of everybody',
      guard: 'a run ends with nothing left to read for any service that reads from Kafka',
      file: 'loadtest/observe/readers.ts',
      find: '.filter(([service]) => services.includes(service))',
      replace: ".filter(([service]) => services.includes(service) && service !== 'web3-payment')",
      test: {
        project: 'unit',
        file: 'loadtest/observe/lag.test.ts',
        name: 'the lag of services > is of every topic that each of them reads',
      },
    },
    {
      name: 'lag of who has read nothing',
      guard: 'a group that never committed has all of a topic left to read',
      file: 'loadtest/observe/lag.ts',
      find: '}`) ?? 0)',
      replace: '}`) ?? high)',
      test: {
        project: 'unit',
        file: 'loadtest/observe/lag.test.ts',
        name: 'the lag of services > is all that a topic still has where nothing was read yet',
      },
    },
    {
      name: 'every 202 reconciled',
      guard: 'a run passes only when each order that was answered with 202 was reconciled',
      file: 'loadtest/checked.ts',
      find: 'if (accepted !== reconciled) {',
      replace: 'if (reconciled === 0) {',
      test: {
        project: 'unit',
        file: 'loadtest/checked.test.ts',
        name: 'a run passes only when it was checked: > each 202, of the warm-up too, is an order that was reconciled',
      },
    },
    {
      name: 'every 202 processed',
      guard: 'a P95 until orders are processed is of all of them',
      file: 'loadtest/checked.ts',
      find: 'if (allKept && count < measured)',
      replace: 'if (allKept && count === 0)',
      test: {
        project: 'unit',
        file: 'loadtest/checked.test.ts',
        name: 'a run passes only when it was checked: > each 202 that counts was processed, and more may be, as nobody knows of some answers',
      },
    },
    {
      name: 'no orders, no time',
      guard: 'the P95 of no orders is below no limit',
      file: 'loadtest/observe/end-to-end.ts',
      find: 'p95Ms = Number.NaN',
      replace: 'p95Ms = 0',
      test: {
        project: 'unit',
        file: 'loadtest/observe/end-to-end.test.ts',
        name: 'no orders took no time that could be below a limit',
      },
    },
    {
      name: 'client and server apart',
      guard: 'the width of a bucket is no margin between client and server',
      file: 'loadtest/agreement.ts',
      find: 'clientP95Ms <= upperMs + margin',
      replace: 'clientP95Ms <= upperMs + margin + (upperMs - lowerMs)',
      test: {
        project: 'unit',
        file: 'loadtest/agreement.test.ts',
        name: 'the width of the bucket is no margin',
      },
    },
    {
      name: 'beyond the last bound',
      guard: "a server's P95 that nobody knows agrees with no client",
      file: 'loadtest/agreement.ts',
      find: 'if (upperMs === Number.POSITIVE_INFINITY)',
      replace: 'if (upperMs === lowerMs)',
      test: {
        project: 'unit',
        file: 'loadtest/agreement.test.ts',
        name: 'a P95 beyond the last bound agrees with nothing',
      },
    },
    {
      name: 'restarts in the load',
      guard: 'a restart after the load has ended proves nothing',
      file: 'loadtest/checked.ts',
      find: '.filter(({ second, tookSeconds }) => second + tookSeconds > end)',
      replace: '.filter(({ second, tookSeconds }) => second - tookSeconds > end)',
      test: {
        project: 'unit',
        file: 'loadtest/checked.test.ts',
        name: 'a run with restarts passes only when each was over before the load was',
      },
    },
    {
      name: 'growth of a soak',
      guard: 'a long load that leaves memory behind fails',
      file: 'loadtest/growth.ts',
      find: 'if (last <= first * growth.mostMemory) continue;',
      replace: 'if (Number.isFinite(last)) continue;',
      test: {
        project: 'unit',
        file: 'loadtest/growth.test.ts',
        name: 'a long run > names each container whose memory has grown',
      },
    },
  ],
};
