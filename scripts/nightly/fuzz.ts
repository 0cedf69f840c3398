import type { Json } from '#platform/schema/json-schema.ts';
import { describedServices } from '../contracts/documents.ts';
import { compose } from '../docker/compose.ts';
import { forFuzzer, type KnownValues } from '../fuzz/description.ts';
import { fuzzService } from '../fuzz/fuzz-service.ts';
import { makeKnownValues } from '../fuzz/known-values.ts';
import { required } from '../images/catalogue.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { fetchMenu } from '../stack/menu.ts';
import { startable } from '../stack/profiles.ts';
import { readSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import { composeLines, emptyStack, startEmptyStack, withEmptyStack } from './empty-stack.ts';
import { type Figure, figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const seconds = 30 * 60;
const services = Object.keys(describedServices);
/** Paths that a backend answers, which may have no image here: they say so (503) without it. */
const answeredBy = { loki: ['/console/v1/logs'] } as const;
const unlimited = {
  RATE_LIMIT_REQUESTS_PER_MINUTE: '10000000',
  ALERT_INBOX_REQUESTS_PER_MINUTE: '10000000',
  CONSOLE_REQUESTS_PER_MINUTE: '10000000',
} as const;

/** Whatever is asked of a service, it answers as its document says, and with no error of its own. */
export const fuzz: Suite = {
  name: 'fuzz',
  summary: `${seconds / 60} minutes of whatever the OpenAPI documents allow, and what they do not: no 5xx, nothing undocumented`,
  budgetMinutes: 45,
  run: (context) =>
    withEmptyStack(context.signal, context.note, async () => {
      await ensureImages(['fuzz'], { signal: context.signal });
      context.note('starting an empty stack');
      await startEmptyStack(context.signal);
      // What is refused because it is too much would not be tried.
      const { env: profile, absent } = await startable(context.signal);
      const stack = { ...emptyStack, ...profile };
      const up = ['up', '--detach', '--wait', '--no-build', '--pull', 'never', ...services];
      await compose(up, { env: { ...stack, ...unlimited }, signal: context.signal });
      return fuzzAll(
        context,
        stack,
        Object.entries(answeredBy).flatMap(([part, paths]) => (absent.includes(part) ? paths : [])),
      );
    }),
};

interface Target {
  readonly service: string;
  readonly url: URL;
  readonly document: Json;
}

async function fuzzAll(
  { signal, seed, note }: SuiteContext,
  stack: Readonly<Record<string, string>>,
  absent: readonly string[],
): Promise<SuiteOutcome> {
  const settings = await readSettings({ ...process.env, ...stack });
  const authority = await readAuthority(settings, signal);
  const tokens = await stackTokens(settings, signal);
  using producer = new ApiClient(settings.producerUrl, 1, authority);
  using agents = new ApiClient(settings.aiOrchestratorUrl, 1, authority);
  using payments = new ApiClient(settings.web3PaymentUrl, 1, authority);
  const tokenOf = (): Promise<string> => tokens.tokenOf('somebody', 'customer', 'barista', 'operator');
  const known = await makeKnownValues({
    clients: { producer, 'ai-orchestrator': agents, 'web3-payment': payments },
    menu: await fetchMenu(producer, signal),
    authorization: `Bearer ${await tokenOf()}`,
    signal,
  });
  const targets = await targetsOf(settings.producerUrl.protocol, authority, known, absent);
  const operations = targets.reduce((sum, { document }) => sum + countOperations(document), 0);
  const running = (): Promise<string[]> => composeLines(['ps', '--services'], { ...stack }, signal);
  const before = await running();
  const figures: Figure[] = [];
  for (const path of absent) figures.push(figure(`left out, as nothing here answers it: ${path}`, 1));
  const failures: string[] = [];
  for (const target of targets) {
    const share = Math.round((seconds * countOperations(target.document)) / operations);
    note(`${target.service}, for ${share} s`);
    // A token is good for a quarter of an hour: one for each service.
    const token = await tokenOf();
    const onLine = (line: string): void => {
      if (line.trim() !== '') note(line.trim());
    };
    const asking = { authorization: `Bearer ${token}`, authority, seconds: share, seed, signal, onLine };
    const result = await fuzzService({ ...target, ...asking });
    figures.push(figure(`${target.service}: requests`, result.requests));
    figures.push(figure(`${target.service}: operations`, result.operations));
    figures.push(figure(`${target.service}: of these, did what they were asked`, result.done));
    failures.push(...result.failures);
  }
  const after = await running();
  failures.push(
    ...before.filter((name) => !after.includes(name)).map((name) => `${name} does not run any more`),
  );
  return { figures, failures };
}

async function targetsOf(
  protocol: string,
  authority: string | undefined,
  known: KnownValues,
  absent: readonly string[],
): Promise<Target[]> {
  const versions = await readVersions();
  const targets: Target[] = [];
  for (const service of services) {
    const port = required(versions, `${service.toUpperCase().replaceAll('-', '_')}_PORT`);
    const url = new URL(`${protocol}//127.0.0.1:${port}`);
    using client = new ApiClient(url, 1, authority);
    const { body } = await client.send({ method: 'GET', path: '/openapi.json' });
    targets.push({ service, url, document: forFuzzer(body as Json, known, absent) });
  }
  return targets;
}

const countOperations = ({ paths }: Json): number =>
  Object.values(paths as Record<string, object>).reduce((sum, path) => sum + Object.keys(path).length, 0);
