import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { notifier, sentence } from './notify.ts';

const rolledBack = {
  kind: 'rolled back',
  image: 'go-coffee/service:2',
  environment: 'staging',
  reason: 'slow',
} as const;

test('says what became of a deployment, and why', () => {
  expect(sentence(rolledBack)).toBe('Deployment of go-coffee/service:2 to staging was rolled back: slow');
});

test('tells Slack and Grafana, and goes on when one of them does not listen', async () => {
  const heard: unknown[] = [];
  const server = createServer(async (request, response) => {
    heard.push([request.url, request.headers.authorization, await json(request)]);
    response.writeHead(request.url === '/slack' ? 500 : 200).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const lines: string[] = [];
  try {
    const notify = notifier(
      { slackUrl: `${url}/slack`, grafanaUrl: url, grafanaToken: 'of a test' },
      (line) => lines.push(line),
    );
    await notify(rolledBack);
  } finally {
    server.close();
  }
  expect(heard).toEqual(
    expect.arrayContaining([
      ['/slack', undefined, { text: sentence(rolledBack) }],
      [
        '/api/annotations',
        'Bearer of a test',
        expect.objectContaining({
          text: sentence(rolledBack),
          tags: ['deployment', 'staging', 'rolled back'],
        }),
      ],
    ]),
  );
  expect(lines).toEqual(['  Slack was not told: it answers 500']);
});
