import { once } from 'node:events';
import { Agent, request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import {
  BrokenCircuitError,
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleWhen,
  type IPolicy,
  retry,
  wrap,
} from 'cockatiel';
import { HttpRequestError, http, LimitExceededRpcError, TimeoutError, type Transport } from 'viem';
import { messageOf } from '#platform/errors/app-error.ts';
import type { TlsIdentity } from '#platform/tls/identity.ts';

/** One RPC endpoint of a chain. */
export interface RpcEndpoint {
  readonly chain: string;
  /** What it is called in logs and metrics: never its address, which may hold a key. */
  readonly name: string;
  readonly url: string;
  /** For a node of the platform; others have certificates that everybody trusts. */
  readonly tls?: TlsIdentity | undefined;
  readonly timeoutMs: number;
  readonly onFailure: (chain: string, endpoint: string) => void;
}

const tracer = trace.getTracer('gocoffee.web3');

/** Whether it is the endpoint that failed, and not what was asked for. */
const isOutage = (error: unknown): boolean =>
  error instanceof HttpRequestError ||
  error instanceof TimeoutError ||
  error instanceof LimitExceededRpcError;

const failuresBeforeOpening = 5;
const openForMs = 5_000;

/** Tries again with backoff; an endpoint that fails again and again is left alone for a while. */
function endpointPolicy(): IPolicy {
  const outages = handleWhen(isOutage);
  const backoff = new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 });
  const breaker = new ConsecutiveBreaker(failuresBeforeOpening);
  return wrap(
    retry(outages, { maxAttempts: 2, backoff }),
    circuitBreaker(outages, { halfOpenAfter: openForMs, breaker }),
  );
}

/** Calls of one endpoint, each a client span with the method and the chain. https://opentelemetry.io/docs/specs/semconv/rpc/json-rpc/ */
export function rpcTransport(endpoint: RpcEndpoint): Transport {
  const policy = endpointPolicy();
  const { chain, name, url, tls, timeoutMs } = endpoint;
  const fetchFn = tls ? { fetchFn: platformFetch(tls) } : {};
  const transport = http(url, { retryCount: 0, timeout: timeoutMs, ...fetchFn });
  return (parameters) => {
    const inner = transport({ ...parameters, retryCount: 0 });
    const call = (body: { method: string }): Promise<unknown> =>
      traced(endpoint, body.method, async () => {
        try {
          return await policy.execute(() => inner.request(body));
        } catch (error) {
          // What is not even tried, as nothing before it was answered, is not answered either: else a chain that is away for
          // long would have the fewest failures.
          if (isOutage(error) || error instanceof BrokenCircuitError) endpoint.onFailure(chain, name);
          throw error;
        }
      });
    return { ...inner, request: call as typeof inner.request };
  };
}

function traced<T>({ chain, name }: RpcEndpoint, method: string, work: () => Promise<T>): Promise<T> {
  const attributes = {
    'rpc.system.name': 'jsonrpc',
    'rpc.method': method,
    'coffee.chain': chain,
    'coffee.rpc.endpoint': name,
  };
  return tracer.startActiveSpan(method, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      return await work();
    } catch (error) {
      // Not the message of viem's errors, which has the endpoint's address.
      const reason = error instanceof Error ? error.name : messageOf(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: reason });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** `fetch` of a part of the platform: with the certificates that are in the files when a connection is made. */
export function platformFetch(tls: TlsIdentity) {
  const agent = new Agent({ keepAlive: true });
  return async (input: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const url = input instanceof Request ? input.url : input;
    const { signal, headers } = init;
    const asking = request(url, {
      ...tls.clientOptions(),
      agent,
      method: init.method ?? 'POST',
      headers: Object.fromEntries(new Headers(headers)),
      ...(signal ? { signal } : {}),
    });
    asking.end(init.body);
    const [answer] = await once(asking, 'response');
    return new Response(new Uint8Array(await buffer(answer)), { status: answer.statusCode });
  };
}
