import { get, type IncomingMessage } from 'node:http';
import { signedIn } from '#platform/testing/tokens.ts';

/** A client of server-sent events that keeps the ids that it got. */
export interface StreamClient extends AsyncDisposable {
  readonly ids: readonly number[];
  readonly response: IncomingMessage;
  /** Whether the server has ended it, or the connection was lost. */
  readonly isClosed: () => boolean;
}

/** Connects as an operator, as a browser that had the event `lastEventId`. @throws Error when the answer is not 200 */
export async function follow(url: string, lastEventId?: number, from: number[] = []): Promise<StreamClient> {
  const headers = {
    ...(await signedIn('the-operator', 'operator')),
    ...(lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) }),
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const request = get(url, { headers, agent: false }, resolve).on('error', reject);
  const response = await promise;
  if (response.statusCode !== 200) {
    request.destroy();
    throw new Error(`answered ${response.statusCode}`);
  }
  const ids = from;
  let rest = '';
  let closed = false;
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => {
    const events = `${rest}${chunk}`.split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const id = /^id: (\d+)$/m.exec(event)?.[1];
      if (id !== undefined) ids.push(Number(id));
    }
  });
  response.on('error', () => undefined);
  response.once('close', () => {
    closed = true;
  });
  return {
    ids,
    response,
    isClosed: () => closed,
    [Symbol.asyncDispose]: () => {
      request.destroy();
      return Promise.resolve();
    },
  };
}
