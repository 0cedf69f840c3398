import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { createInterface } from 'node:readline';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { notifier, sentence } from './notify.ts';

/** Takes one mail, as https://www.rfc-editor.org/rfc/rfc5321 has it. */
async function takeMail(): Promise<{ url: string; mail: Promise<string>; close: () => void }> {
  const server = createTcpServer((socket) => {
    const answer = (line: string): void => void socket.write(`${line}\r\n`);
    let isText = false;
    answer('220 ready');
    createInterface({ input: socket }).on('line', (line) => {
      if (isText && line !== '.') return void lines.push(line);
      if (isText) server.emit('mail', lines.join('\n'));
      isText = line === 'DATA';
      answer(isText ? '354 go on' : '250 well');
    });
    const lines: string[] = [];
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const mail = once(server, 'mail').then(([text]) => String(text));
  const { port } = server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, mail, close: () => server.close() };
}

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

test('tells by e-mail', async () => {
  const { url, mail, close } = await takeMail();
  const lines: string[] = [];
  try {
    const audience = { smtpUrl: url, emailFrom: 'deployments@example.com', emailTo: 'team@example.com' };
    await notifier(audience, (line) => lines.push(line))(rolledBack);
  } finally {
    close();
  }
  const text = await mail;
  expect(text).toContain('To: team@example.com');
  expect(text).toContain(`Subject: ${sentence(rolledBack)}`);
  expect(lines).toEqual([]);
});

// Guard: a deployment is held up by nobody who is told of it, whatever stands in the variables.
test('goes on when addresses are none, and finds Grafana below a path', async () => {
  const paths: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    paths.push(request.url);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  try {
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}/grafana`;
    await notifier({ grafanaUrl: at, grafanaToken: 'of a test' }, say)(rolledBack);
  } finally {
    server.close();
  }
  expect(paths).toEqual(['/grafana/api/annotations']);
  const wrong = { slackUrl: 'slack', grafanaUrl: 'grafana.example.com', grafanaToken: 'of a test' };
  const refusing = { smtpUrl: 'smtp://127.0.0.1:1', emailFrom: 'a@example.com', emailTo: 'b@example.com' };
  await notifier({ ...wrong, ...refusing }, say)(rolledBack);
  expect(lines.map((line) => line.split(':')[0]).toSorted()).toEqual([
    '  Grafana was not told',
    '  Slack was not told',
    '  e-mail was not told',
  ]);
});
