/** What `./coffee up` leaves running for the console: starts, stops and breaks containers for who is an operator. */

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { createVerifier, identityShape } from '#platform/config/identity.ts';
import { loadConfig } from '#platform/config/load-config.ts';
import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { FaultRecords } from '../fault/records.ts';
import { readHostSecrets } from '../stack/host-secrets.ts';
import { readSettings } from '../stack/settings.ts';
import { removeRecord, writeRecord } from './agent-process.ts';
import { createAgentApp } from './app.ts';
import { Chaos } from './chaos.ts';
import { Faults } from './faults.ts';
import { FaultsElsewhere } from './faults-elsewhere.ts';
import { composeLogs } from './logs.ts';
import { reorganise } from './reorganise.ts';
import { reportsOfCheckout } from './reports.ts';
import { composeResources } from './resources.ts';
import { runCoffee } from './run-coffee.ts';
import { Traffic } from './traffic.ts';

const identity = z.object(identityShape);

const exitCode = await run('console-agent', async (signal) => {
  const settings = await readSettings();
  const { tokenSecret } = await readHostSecrets(settings, signal);
  const { JWT_ALGORITHM, JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE } = process.env;
  const given = { JWT_ALGORITHM, JWT_JWKS_URL, JWT_ISSUER, JWT_AUDIENCE, JWT_SECRET: tokenSecret };
  const log = createLogger('console-agent', 'info');
  await using parts = new AsyncDisposableStack();
  const health = parts.use(new Health(60_000));
  const { port: edgePort } = settings.edgeUrl;
  const records = new FaultRecords();
  const faults = parts.use(
    new Faults({
      runCoffee,
      reorganise: async (stopping) => {
        const startedAt = new Date().toISOString();
        await reorganise(settings, stopping);
        // The other faults are remembered by their command.
        const fault = { id: randomUUID(), service: 'anvil', kind: 'chain-reorg', startedAt };
        await records.remember({ ...fault, endedAt: new Date().toISOString() });
      },
      elsewhere: new FaultsElsewhere(records),
      parts: async () => (await composeResources.list(signal)).map(({ name }) => name),
    }),
  );
  const app = createAgentApp({
    log,
    verifier: createVerifier(loadConfig(identity, given)),
    resources: composeResources,
    logs: composeLogs,
    faults,
    chaos: parts.use(new Chaos({ runCoffee, faults })),
    traffic: parts.use(new Traffic(runCoffee)),
    reports: reportsOfCheckout,
    runCoffee,
    origins: ['localhost', '127.0.0.1'].map((host) => `https://${host}:${edgePort}`),
    signal,
  });
  const wanted = Number(process.argv[2]);
  const { port } = parts.use(
    await serve(app, { host: '127.0.0.1', port: wanted, health, drainDelayMs: 0, log }),
  );
  await writeRecord({ pid: process.pid, port });
  parts.defer(removeRecord);
  await aborted(signal);
});
process.exit(exitCode);
