import type { Family, NamedTest } from '../mutation.ts';

const compose = 'compose.yaml';
const composeTest: NamedTest = {
  project: 'integration',
  file: 'e2e/flow/durability.test.ts',
  name: 'compose.yaml turns none of them off, in neither server',
};
const topicsFile = 'platform/kafka/topics.ts';
const topicsTest = (name: string): NamedTest => ({
  project: 'integration',
  file: 'platform/kafka/tests/topics.test.ts',
  name,
});
// The first of the server's own settings.
const postgres = '- -cshared_buffers=';

/** Durability settings stay on, locally too (decision 9). */
export const durability: Family = {
  name: 'durability',
  mutations: [
    ...['fsync', 'synchronous_commit', 'full_page_writes'].map((setting) => ({
      name: setting,
      guard: `PostgreSQL keeps what it has committed: ${setting} is on (decision 9)`,
      file: compose,
      find: postgres,
      replace: `- -c${setting}=off\n      ${postgres}`,
      test: composeTest,
    })),
    {
      name: 'data checksums',
      guard: 'PostgreSQL notices broken pages (decision 9)',
      file: compose,
      find: ' --data-checksums',
      replace: '',
      test: composeTest,
    },
    {
      name: "Redis' log",
      guard: 'Redis keeps receipts over a restart (decision 9)',
      file: compose,
      find: '- "yes"',
      replace: '- "no"',
      test: composeTest,
    },
    {
      name: 'no unclean leaders',
      guard: 'no leader is elected that lacks acknowledged messages (decisions 1 and 9)',
      file: topicsFile,
      find: "'unclean.leader.election.enable', value: 'false'",
      replace: "'unclean.leader.election.enable', value: 'true'",
      test: topicsTest('makes what is missing with its settings, and leaves it alone the next time'),
    },
    {
      name: 'two in-sync replicas',
      guard: 'with three replicas an acknowledged message is on two at least (decision 1)',
      file: topicsFile,
      find: 'replication >= 3 ? 2 : 1',
      replace: '1',
      test: {
        project: 'unit',
        file: 'platform/kafka/topics.test.ts',
        name: 'asks for two in-sync copies of each message where there are three replicas',
      },
    },
    {
      name: 'number of partitions',
      guard: 'keys keep their partitions, and so their order (decision 6)',
      file: topicsFile,
      find: 'partitions.length !== wanted',
      replace: 'partitions.length < 0',
      test: topicsTest('refuses a topic that has another number of partitions'),
    },
  ],
};
