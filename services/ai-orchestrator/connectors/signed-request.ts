import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import { Webhook } from 'standardwebhooks';
import { PermanentError } from '../engine/permanent-error.ts';
import { ForbiddenAddressError, type OutboundGuard } from './outbound-guard.ts';

export interface OutgoingCall {
  readonly url: string;
  readonly body: unknown;
  /** The same for every repeat of the same thing: its receiver does it once. */
  readonly key: string;
  /** For the signature, base64; undefined: it is not signed. */
  readonly secret: string | undefined;
}

export interface CallParts {
  readonly guard: OutboundGuard;
  readonly timeoutMs: number;
}

const mostAnswerBytes = 256 * 1024;
// Too early, too many, and what is wrong on their side; other refusals stay refusals.
const repeatable = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;

/**
 * Posts JSON, signed with time and key so that nobody can forge it or play it back later (Standard Webhooks).
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * @returns the text of the answer.
 * @throws PermanentError for what another attempt does not change, others for what it may.
 */
export async function post({ guard, timeoutMs }: CallParts, call: OutgoingCall): Promise<string> {
  const url = new URL(call.url);
  try {
    guard.requireCallable(url);
    return await send(guard, url, call, AbortSignal.timeout(timeoutMs));
  } catch (error) {
    if (error instanceof ForbiddenAddressError) throw new PermanentError(error.message, { cause: error });
    throw error;
  }
}

function send(guard: OutboundGuard, url: URL, call: OutgoingCall, signal: AbortSignal): Promise<string> {
  const payload = JSON.stringify(call.body);
  const headers = {
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(payload),
    'Idempotency-Key': call.key,
    ...signatureOf(call, payload),
  };
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const open = url.protocol === 'https:' ? secureRequest : plainRequest;
  const options = { method: 'POST', headers, signal, lookup: guard.lookupFor(url), agent: false as const };
  const request = open(url, options, (response) => {
    const { statusCode = 0 } = response;
    const chunks: Buffer[] = [];
    let bytes = 0;
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostAnswerBytes) response.destroy(new PermanentError(`${url.host} answers too much`));
      else chunks.push(chunk);
    });
    response.on('error', reject);
    response.on('end', () => {
      if (statusCode >= 200 && statusCode < 300) return resolve(Buffer.concat(chunks).toString('utf8'));
      const message = `${url.host} answers ${statusCode}`;
      return reject(repeatable(statusCode) ? new Error(message) : new PermanentError(message));
    });
  });
  request.on('error', reject);
  request.end(payload);
  return promise;
}

// Base64 in either alphabet: bootstrap writes that of URLs.
const webhookOf = (secret: string): Webhook => new Webhook(Buffer.from(secret, 'base64'), { format: 'raw' });

function signatureOf({ key, secret }: OutgoingCall, payload: string): Record<string, string> {
  if (secret === undefined) return {};
  const at = new Date();
  return {
    'webhook-id': key,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': webhookOf(secret).sign(key, at, payload),
  };
}
