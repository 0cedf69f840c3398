import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { get as getPlain, type IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { tlsFiles } from '../tls/identity.ts';

/**
 * The containers' health check: there is no shell and no curl in them. `node platform/lifecycle/healthcheck.ts`
 * exits 0 when /readyz of this container's server answers 200, over TLS with a certificate of our authority unless
 * COFFEE_TLS is off. With HEALTH_CHECK_ENABLED=false there is no /readyz: then any answer will do.
 */
const { HTTP_PORT = '8080', COFFEE_TLS, SECRETS_DIRECTORY, HEALTH_CHECK_ENABLED } = process.env;

async function ask(): Promise<IncomingMessage> {
  const at = { host: '127.0.0.1', port: HTTP_PORT, path: '/readyz', signal: AbortSignal.timeout(2_000) };
  const authority = join(SECRETS_DIRECTORY ?? '/run/go-coffee/secrets', tlsFiles.ca);
  const request = COFFEE_TLS === 'off' ? getPlain(at) : get({ ...at, ca: readFileSync(authority) });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

try {
  const response = await ask();
  process.stdout.write(await text(response));
  process.exitCode = response.statusCode === 200 || HEALTH_CHECK_ENABLED === 'false' ? 0 : 1;
} catch (error) {
  process.stderr.write(`no answer: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
