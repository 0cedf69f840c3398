import { UserError } from '../cli/user-error.ts';
import { startTrace } from '../order/start-trace.ts';
import { ApiClient } from '../stack/api-client.ts';
import type { StackSettings } from '../stack/settings.ts';
import { stackTokens } from '../stack/tokens.ts';

export interface VisitOptions {
  readonly settings: StackSettings;
  /** Of the certificates of the stack (PEM). */
  readonly authority: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks the console who looks: it handles no order, and says nothing while nobody does.
 *
 * @returns the id of the request's trace
 * @throws UserError when it does not answer
 */
export async function visitConsole({ settings, authority, signal }: VisitOptions): Promise<string> {
  const { traceId, traceparent } = startTrace();
  const tokens = await stackTokens(settings, signal);
  const headers = { ...(await tokens.headerOf('telemetry-check', 'operator')), traceparent };
  // The edge speaks nothing but TLS.
  using client = new ApiClient(settings.tls ? settings.edgeUrl : settings.consoleUrl, 1, authority);
  const { status } = await client.send({ method: 'GET', path: '/console/v1/session', headers, signal });
  if (status === 200) return traceId;
  throw new UserError(`The console answered ${status}.`, 'See ./coffee logs console.');
}
