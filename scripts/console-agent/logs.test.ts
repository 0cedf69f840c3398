import { expect, it } from 'vitest';
import { logPage } from '#contracts/http/console.ts';
import { containerLogQuery } from '#contracts/http/console-agent.ts';
import { type AskCompose, ContainerLogs, mostLines } from './logs.ts';

const traceId = 'a'.repeat(32);
const at = (second: number): string => `2026-03-01T10:00:${String(second).padStart(2, '0')}.000Z`;

/** As Docker Compose says it with `--timestamps`, a terminal's line cleared before it. */
const line = (service: string, second: number, said: string): string =>
  `\x1b[2K${service}-1  | ${at(second).replace('Z', '123456Z')} ${said}`;
const record = (service: string, second: number, fields: object): string =>
  line(service, second, JSON.stringify({ level: 'info', time: at(second), name: service, ...fields }));

const lines = [
  record('producer', 1, { trace_id: traceId, span_id: 'b', status: 202, msg: 'request answered' }),
  record('producer', 3, { msg: 'menu loaded' }),
  record('consumer', 2, { trace_id: traceId, topic: 'orders.v1', msg: 'message processed' }),
  line('kafka', 4, '[2026-03-01 10:00:04] INFO started'),
  line('edge', 5, '{"no":"record"}'),
];

/** Says these lines to whoever asks for logs, and remembers what was asked. */
function stackThatSays(said: Iterable<string>) {
  const asked: string[][] = [];
  const ask: AskCompose = (args, { onLine, signal }) => {
    asked.push([...args]);
    const spoken = args.includes('ps') ? ['producer', 'consumer', 'kafka', 'edge'] : said;
    for (const one of spoken) {
      if (signal.aborted) return Promise.reject(new Error('aborted'));
      onLine(one);
    }
    return Promise.resolve({ code: 0 });
  };
  const logs = new ContainerLogs(ask);
  const find = async (query: object) =>
    logPage.parse(await logs.find(containerLogQuery.parse(query), new AbortController().signal));
  return { asked, find };
}

it('finds what services said in a trace, newest first', async () => {
  const { asked, find } = stackThatSays(lines);
  expect(await find({ traceId, minutes: 15 })).toEqual({
    source: 'containers',
    complete: true,
    lines: [
      {
        at: at(2),
        service: 'consumer',
        level: 'info',
        message: 'message processed',
        traceId,
        fields: { topic: 'orders.v1' },
      },
      {
        at: at(1),
        service: 'producer',
        level: 'info',
        message: 'request answered',
        traceId,
        fields: { status: '202' },
      },
    ],
  });
  expect(asked).toEqual([
    ['--profile', '*', 'logs', '--no-color', '--timestamps', '--since', '15m', '--tail', String(mostLines)],
  ]);
});

it('leaves out what is no record of a service, unless its part is named', async () => {
  const { asked, find } = stackThatSays(lines);
  expect((await find({})).lines.map(({ message }) => message)).toEqual([
    'menu loaded',
    'message processed',
    'request answered',
  ]);
  expect((await find({ text: 'menu' })).lines).toHaveLength(1);
  const ofKafka = stackThatSays([lines[3] ?? '']);
  expect((await ofKafka.find({ service: 'kafka' })).lines).toEqual([
    {
      at: '2026-03-01T10:00:04.000Z',
      service: 'kafka',
      level: 'unknown',
      message: '[2026-03-01 10:00:04] INFO started',
      traceId: null,
      fields: {},
    },
  ]);
  expect(ofKafka.asked[1]?.at(-1)).toBe('kafka');
  expect(asked.every((args) => args.at(-1) === String(mostLines))).toBe(true);
});

// Guard: what is named goes on Docker's command line.
it('asks for parts of the stack only', async () => {
  const { asked, find } = stackThatSays(lines);
  await expect(find({ service: 'somebody-elses' })).rejects.toMatchObject({ code: 'not-found' });
  expect(asked.some((args) => args.includes('logs'))).toBe(false);
  expect(containerLogQuery.safeParse({ service: '--follow' }).success).toBe(false);
});

// Guard: a stack at debug level fills neither this process nor the page.
it('keeps as many lines as are asked for, and stops to read what has no end', async () => {
  function* endless() {
    for (let second = 0; ; second += 1)
      yield record('streams', second % 60, { msg: 'x'.repeat(10_000), more: 'y'.repeat(10_000) });
  }
  const { find } = stackThatSays(endless());
  const page = await find({ limit: 20 });
  expect(page.complete).toBe(false);
  expect(page.lines).toHaveLength(20);
  expect(page.lines.every((one) => one.at === at(59) && one.message.length === 2_000)).toBe(true);
  expect(page.lines[0]?.fields.more).toHaveLength(2_000);
});

it('says that older lines of a container may be missing', async () => {
  const many = Array.from({ length: mostLines }, (_, index) =>
    record('producer', index % 60, { msg: 'busy' }),
  );
  expect((await stackThatSays(many).find({ limit: 1 })).complete).toBe(false);
  expect((await stackThatSays(many.slice(1)).find({ limit: 1 })).complete).toBe(true);
});

it('tells what Docker says when it gives none', async () => {
  const logs = new ContainerLogs((_args, { onLine }) => {
    onLine('Cannot connect to the Docker daemon');
    return Promise.resolve({ code: 1 });
  });
  const query = containerLogQuery.parse({});
  await expect(logs.find(query, new AbortController().signal)).rejects.toMatchObject({
    code: 'dependency-unavailable',
    message: 'Docker gives no logs: Cannot connect to the Docker daemon',
  });
  const slow = new ContainerLogs(() => Promise.resolve({ code: 124 }));
  expect((await slow.find(query, new AbortController().signal)).complete).toBe(false);
});
