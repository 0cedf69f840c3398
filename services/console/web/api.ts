import { ApiError } from './api-error.ts';
import { refresh, session } from './session.ts';

export interface Asking {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Asks as who is signed in; with a new token when this one has ended. */
async function send(url: string, asking: Asking): Promise<Response> {
  const { method = 'GET', body, headers, signal } = asking;
  const attempt = (): Promise<Response> =>
    fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${session()?.accessToken ?? ''}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  const response = await attempt();
  return response.status === 401 && (await refresh()) ? attempt() : response;
}

/** @throws ApiError, or what fetch throws when nothing answers. */
export async function ask<T>(url: string, asking: Asking = {}): Promise<T> {
  const response = await send(url, asking);
  const text = await response.text();
  if (!response.ok)
    throw new ApiError(response.status, detailOf(text) ?? `The answer was ${response.status}.`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function detailOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { readonly detail?: string }).detail;
  } catch {
    // A proxy's error page.
    return undefined;
  }
}

type Parameters = Readonly<Record<string, string | number | undefined>>;

/** What of a query is given, behind its question mark. */
function queryText(query: Parameters): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

/** A path of the console's own API. */
export const consolePath = (path: string, query: Parameters = {}): string =>
  `/console/v1/${path}${queryText(query)}`;

/** An address of the agent on the developer's machine. */
export const agentAddress = (agentUrl: string, path: string, query: Parameters = {}): string =>
  `${agentUrl}/v1/${path}${queryText(query)}`;

/**
 * Follows server-sent events until `signal` aborts, and comes again after each end. EventSource can't send who asks.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export async function follow(
  url: string,
  {
    signal,
    onData,
    onState,
  }: {
    readonly signal: AbortSignal;
    readonly onData: (data: string) => void;
    readonly onState: (state: 'live' | 'waiting', reason?: string) => void;
  },
): Promise<void> {
  while (!signal.aborted) {
    try {
      const response = await send(url, { signal });
      if (!response.ok || !response.body) throw new ApiError(response.status, await response.text());
      onState('live');
      await readEvents(response.body, onData);
      onState('waiting');
    } catch (error) {
      if (signal.aborted) return;
      onState(
        'waiting',
        error instanceof ApiError ? (detailOf(error.message) ?? error.message) : String(error),
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000));
  }
}

async function readEvents(body: ReadableStream<Uint8Array>, onData: (data: string) => void): Promise<void> {
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.split('\n').filter((line) => line.startsWith('data: '));
      if (data.length > 0) onData(data.map((line) => line.slice('data: '.length)).join('\n'));
    }
  }
}
