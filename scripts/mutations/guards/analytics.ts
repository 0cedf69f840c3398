import type { Family, NamedTest } from '../mutation.ts';

const closing = 'services/streams/database/close-windows.ts';
const feed = 'services/streams/delivery/window-feed.ts';
const within =
  (project: NamedTest['project'], file: string) =>
  (name: string): NamedTest => ({ project, file, name });
const closingTest = within('integration', 'services/streams/tests/close-windows.test.ts');
const feedTest = within('unit', 'services/streams/delivery/window-feed.test.ts');

/** What is made of closed windows: history, anomalies, the live view, and clients that follow. */
export const analytics: Family = {
  name: 'analytics',
  mutations: [
    {
      name: 'the history has what was late',
      guard: 'hours and days are complete, whatever came too late for its window',
      file: closing,
      find: '[...panes.map(happened), ...late]',
      replace: 'panes.map(happened)',
      test: closingTest('keeps hours and days with everything that happened in them'),
    },
    {
      name: 'customers stay in their pane',
      guard: 'what is kept and told names no customer who did nothing unusual',
      file: closing,
      find: 'insertWindows(transaction, panes.map(nameless))',
      replace: 'insertWindows(transaction, panes)',
      test: closingTest('finds bursts and customers that order too often, once'),
    },
    {
      name: 'a busy hour is no burst',
      guard: 'what is usual is found in the minutes before',
      file: 'services/streams/domain/anomalies.ts',
      find: 'Math.max(limits.burstOrders, usualMost(before))',
      replace: 'Math.max(limits.burstOrders, 0)',
      test: within(
        'unit',
        'services/streams/domain/anomalies.test.ts',
      )('finds nothing in as many orders as usual, nor in some more'),
    },
    {
      name: 'failures to sign in are told of',
      guard: 'repeated failures to sign in are an anomaly',
      file: 'services/streams/domain/anomalies.ts',
      find: "    ['suspicious-activity', signInFailures, limits.signInFailures],\n",
      replace: '    // Nobody looks.\n',
      test: within(
        'unit',
        'services/streams/domain/anomalies.test.ts',
      )('names who was not let in more often than a person mistypes'),
    },
    {
      name: 'streams end with their token',
      guard: 'nobody goes on reading whose token is over',
      file: 'services/streams/routes/stream.ts',
      find: '      endWith(body, identity.expiresAt);\n',
      replace: '      void [endWith, identity];\n',
      test: within(
        'unit',
        'services/streams/routes/stream.test.ts',
      )('ends with the token that it was opened with'),
    },
    {
      name: 'analytics are for operators',
      guard: 'whom a document names is let in, and nobody else',
      file: 'services/streams/routes/live.ts',
      find: "access: ['operator'],",
      replace: "access: 'anyone',",
      test: within('unit', 'services/streams/routes/access.test.ts')('are for operators'),
    },
    {
      name: 'a client is a position',
      guard: 'memory stays bounded with clients that never read',
      file: feed,
      find: '{ highWaterMark: 1 }',
      replace: '{ highWaterMark: 1_000 }',
      test: feedTest('holds nothing for a client that never reads'),
    },
    {
      name: 'goes on behind the last event',
      guard: 'every client gets every window once, after reconnects too',
      file: feed,
      find: 'Math.min(after ?? Number.POSITIVE_INFINITY, this.#latest())',
      replace: 'this.#latest()',
      test: feedTest('goes on behind the window that a client had'),
    },
    {
      name: 'who is far behind is served from the database',
      guard: 'every client gets every window, however long it was away',
      file: feed,
      find: 'this.#keptAfter === undefined || position < this.#keptAfter',
      replace: 'this.#keptAfter === undefined',
      test: feedTest('looks into the database for who is further behind than what is kept'),
    },
    {
      name: 'clients are counted',
      guard: 'memory stays bounded however many clients there are',
      file: feed,
      find: 'this.#clients.size >= this.#options.maxClients',
      replace: 'this.#clients.size < 0',
      test: feedTest('refuses more clients than it may have, until one goes'),
    },
    {
      name: 'a stalled client is cut off',
      guard: 'a client that never reads does not keep its place for ever',
      file: feed,
      find: 'stalledSince !== undefined && stalledSince < limit',
      replace: 'stalledSince !== undefined && stalledSince < 0',
      test: feedTest('cuts off who has not read for long, and nobody who waits for something to come'),
    },
    {
      name: 'the live view is made again',
      guard: 'what Redis has lost is made from PostgreSQL (issue 7)',
      file: 'services/streams/live-view.ts',
      find: 'if (kept) return kept;',
      replace: 'return kept as LiveFigures;',
      test: within(
        'unit',
        'services/streams/live-view.test.ts',
      )('is made from PostgreSQL while Redis is away'),
    },
  ],
};
