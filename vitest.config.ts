import { defineConfig } from 'vitest/config';

const sources = ['contracts', 'platform', 'services', 'scripts', 'loadtest'];

/** Holds every HTTP answer in a test against the document of its server. */
const checkAnswers = 'platform/testing/check-answers.ts';

/** What is waited for comes at once, except on a machine that does much else. */
const patient = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    coverage: {
      provider: 'v8',
      include: ['contracts/**/*.ts', 'platform/**/*.ts', 'services/**/*.ts'],
      // A page is tried in a browser (e2e/console).
      exclude: [
        'services/console/web/**',
        '**/*.test.ts',
        '**/tests/**',
        'platform/testing/**',
        '**/main.ts',
      ],
      reporter: ['text-summary', 'json-summary', 'html'],
      thresholds: { lines: 80, branches: 80 },
    },
    projects: [
      {
        test: {
          name: 'unit',
          include: sources.map((folder) => `${folder}/**/*.test.ts`),
          exclude: ['**/tests/**', '**/node_modules/**'],
          setupFiles: [checkAnswers],
          expect: patient,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            ...sources.map((folder) => `${folder}/**/tests/**/*.test.ts`),
            'e2e/{flow,security,telemetry}/**/*.test.ts',
          ],
          exclude: ['scripts/pipeline/**', '**/node_modules/**'],
          globalSetup: ['platform/testing/global-setup.ts'],
          expect: patient,
          setupFiles: [checkAnswers],
          // Two cores: containers of several suites at once would only make each other slow.
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 300_000,
        },
      },
      {
        // Kubernetes manifests against compose.yaml, schemas and rules; needs kubectl and docker.
        test: { name: 'manifests', include: ['k8s/tests/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        // The workflows and the history, by the tools of their trade; needs docker and git.
        test: { name: 'pipeline', include: ['scripts/pipeline/tests/**/*.test.ts'], testTimeout: 60_000 },
      },
      {
        // The edge's own container in front of a producer in this process; each file starts and removes it.
        test: {
          name: 'edge',
          include: ['e2e/edge/**/*.test.ts'],
          fileParallelism: false,
          testTimeout: 30_000,
        },
      },
      {
        // The whole platform on a cluster, by `./coffee cluster test`; the tests of a file go on from each other.
        test: { name: 'cluster', include: ['e2e/cluster/**/*.test.ts'], fileParallelism: false },
      },
      {
        // Versions deployed to a cluster under traffic, by `./coffee nightly deployments`; they go on from each other.
        test: { name: 'deployments', include: ['e2e/deployments/**/*.test.ts'], fileParallelism: false },
      },
      {
        // Two secured clusters and a MirrorMaker between them, by `./coffee nightly regions`.
        test: {
          name: 'regions',
          include: ['e2e/regions/**/*.test.ts'],
          expect: patient,
          testTimeout: 120_000,
          hookTimeout: 300_000,
        },
      },
      {
        // The whole platform by Compose; each file starts and removes it.
        test: { name: 'stack', include: ['e2e/stack/**/*.test.ts'], fileParallelism: false },
      },
    ],
  },
});
