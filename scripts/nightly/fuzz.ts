import type { Menu } from '#contracts/http/menu.ts';
import type { Json } from '#platform/schema/json-schema.ts';
import { describedServices } from '../contracts/documents.ts';
import { compose } from '../docker/compose.ts';
import { forFuzzer, type KnownValues } from '../fuzz/description.ts';
import { fuzzService } from '../fuzz/fuzz-service.ts';
import { required } from '../images/catalogue.ts';
import { ensureImages, readVersions } from '../images/ensure.ts';
import { ApiClient } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import { fetchMenu } from '../stack/menu.ts';
import { readSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';
import { composeLines, emptyStack, startEmptyStack, withEmptyStack } from './empty-stack.ts';
import { type Figure, figure, type Suite, type SuiteContext, type SuiteOutcome } from './suite.ts';

const seconds = 30 * 60;
const services = Object.keys(describedServices);

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
      const env = { ...emptyStack, RATE_LIMIT_REQUESTS_PER_MINUTE: '10000000' };
      const up = ['up', '--detach', '--wait', '--no-build', '--pull', 'never', ...services];
      await compose(up, { env, signal: context.signal });
      return fuzzAll(context);
    }),
};

async function fuzzAll({ signal, seed, note }: SuiteContext): Promise<SuiteOutcome> {
  const environment = { ...process.env, ...emptyStack };
  const settings = await readSettings(environment);
  const authority = await readAuthority(settings, signal);
  const tokens = await stackTokens(settings, signal);
  const versions = await readVersions(environment);
  using producer = new ApiClient(settings.producerUrl, 1, authority);
  const known = knownValues(await fetchMenu(producer, signal));
  const running = (): Promise<string[]> => composeLines(['ps', '--services'], emptyStack, signal);
  const before = await running();
  const figures: Figure[] = [];
  const failures: string[] = [];
  for (const service of services) {
    const port = required(versions, `${service.toUpperCase().replaceAll('-', '_')}_PORT`);
    const url = new URL(`${settings.producerUrl.protocol}//127.0.0.1:${port}`);
    using client = new ApiClient(url, 1, authority);
    const { body } = await client.send({ method: 'GET', path: '/openapi.json' });
    // A token is good for a quarter of an hour: one for each service.
    const token = await tokens.tokenOf('somebody', 'customer', 'barista', 'operator');
    note(`${service}, for ${Math.round(seconds / services.length)} s`);
    const result = await fuzzService({
      service,
      url,
      document: forFuzzer(body as Json, known),
      authorization: `Bearer ${token}`,
      authority,
      seconds: Math.round(seconds / services.length),
      seed,
      signal,
      onLine: (line) => line.trim() !== '' && note(line.trim()),
    });
    figures.push(
      figure(`${service}: requests`, result.requests),
      figure(`${service}: operations`, result.operations),
    );
    failures.push(...result.failures);
  }
  const after = await running();
  failures.push(
    ...before.filter((name) => !after.includes(name)).map((name) => `${name} does not run any more`),
  );
  return { figures, failures };
}

/** What the menu has, by the names of properties in requests. */
const knownValues = ({ products }: Menu): KnownValues => ({
  productId: products.map(({ id }) => id),
  size: [...new Set(products.flatMap(({ sizes }) => sizes.map(({ id }) => id)))],
});
