import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { ApiClient } from '../stack/api-client.ts';
import { isOfEdit, nothingOf, titleOf, untilServed } from './timed-edit.ts';

const { signal } = new AbortController();

it('waits until a service says what is of an edit, and asks again while it does not answer', async () => {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (requests === 1) return request.socket.destroy();
    const title = `Orders${requests === 2 ? '' : ' (edit 3)'}`;
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify(request.url === '/openapi.json' ? { info: { title } } : { title }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    using client = new ApiClient(url, 1);
    const savedAt = performance.now();
    const serves = async (): Promise<string | true> => isOfEdit(await titleOf(client), 3);
    expect(await untilServed(savedAt, serves, 10_000, signal)).toBeGreaterThan(0);
    expect(requests).toBe(3);
    expect(isOfEdit(await nothingOf(client), 3)).toBe(true);
  } finally {
    server.close();
  }
});

it('gives up, and says what is served instead', async () => {
  const serves = async (): Promise<string> => isOfEdit('Orders', 1) as string;
  await expect(untilServed(performance.now(), serves, 0, signal)).rejects.toThrow('it is still "Orders"');
});
