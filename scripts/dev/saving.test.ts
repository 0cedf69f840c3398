import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { freePort } from '#platform/testing/free-port.ts';
import { named, program, start, untilSaid, workFolder } from './watched-fixture.ts';

const folder = workFolder();

function save(file: string, content: string): void {
  writeFileSync(join(folder.path, file), content);
}

const patience = { timeout: 20_000, interval: 20 };

// Guard: git checkout, stash and rebase take folders away and put others in their place.
it('sees what is saved in a folder that went and came back', async () => {
  const lines: string[] = [];
  const parts = join(folder.path, 'parts');
  mkdirSync(parts);
  save('parts/part.ts', named('here'));
  const source = `${program('hello')}\nconsole.log((await import('./parts/part.ts')).name);\n`;
  await using _service = start(folder.path, lines, { source });
  await untilSaid(lines, 'here');
  rmSync(parts, { recursive: true });
  await untilSaid(lines, 'It has ended with 1, and starts again when a source of it is saved.');
  mkdirSync(parts);
  save('parts/part.ts', named('back'));
  await untilSaid(lines, 'back');
  save('parts/part.ts', named('edited'));
  await untilSaid(lines, 'edited');
});

it('starts when a file is made that was missing, in a folder that was missing', async () => {
  const lines: string[] = [];
  await using _service = start(folder.path, lines);
  await untilSaid(lines, 'hello first green');
  save('main.ts', `import './new/part.ts';\n${program('with it')}`);
  await untilSaid(lines, 'It has ended with 1, and starts again when a source of it is saved.');
  mkdirSync(join(folder.path, 'new'));
  save('new/part.ts', "console.log('made');\n");
  await untilSaid(lines, 'with it first green');
});

/** A debugger that has attached, and stops the program at the next statement that it runs. */
async function pauseIn(url: string): Promise<WebSocket> {
  const debuggerClient = new WebSocket(url);
  const paused = Promise.withResolvers<void>();
  debuggerClient.addEventListener('open', () => {
    for (const [id, method] of ['Debugger.enable', 'Debugger.pause'].entries())
      debuggerClient.send(JSON.stringify({ id, method }));
  });
  debuggerClient.addEventListener('message', ({ data }) => {
    if (JSON.parse(String(data)).method === 'Debugger.paused') paused.resolve();
  });
  debuggerClient.addEventListener('error', () => paused.reject(new Error(`There is no debugger at ${url}`)));
  await paused.promise;
  return debuggerClient;
}

// Guard: what is paused can't be told to stop, and keeps its port; starting again at once and for ever helps nobody.
it('kills the one before that is paused at a breakpoint, and says so', async () => {
  const lines: string[] = [];
  const port = await freePort();
  const source = `${program('hello')}\nsetInterval(() => undefined, 50).unref();\n`;
  await using _service = start(folder.path, lines, { source, port });
  await untilSaid(lines, 'hello first green');
  const [, url = ''] = /listening on (ws:\S+)/.exec(lines.join('\n')) ?? [];
  const attached = await pauseIn(url);
  save('name.ts', named('second'));
  await vi.waitFor(
    async () => expect((await fetch(`http://127.0.0.1:${port}/`)).headers.get('name')).toBe('second'),
    patience,
  );
  attached.close();
  expect(lines.join('\n')).toContain(`The process before has kept port ${port} for 3 s, and is killed`);
  expect(lines.filter((line) => line.startsWith('Error: listen EADDRINUSE'))).toHaveLength(1);
});

const loud = (said: string): string => `
import 'loud';
${program(said)}
setTimeout(() => console.log('almost three seconds of ' + name), 2_900);
`;

// Guard: who saves again as soon as an edit is served does not wait for a list that is known.
it('loads the next spare as soon as an edit is served', async () => {
  const lines: string[] = [];
  mkdirSync(join(folder.path, 'node_modules/loud'), { recursive: true });
  save('node_modules/loud/package.json', '{"name":"loud","main":"index.js"}');
  save('node_modules/loud/index.js', "console.log('loud');\n");
  await using _service = start(folder.path, lines, { source: loud('hello') });
  const loudly = (): number => lines.filter((line) => line === 'loud').length;
  // The service, and the spare.
  await vi.waitFor(() => expect(loudly()).toBe(2), patience);
  save('name.ts', named('second'));
  await vi.waitFor(() => expect(loudly()).toBe(3), patience);
  expect(lines).toContain('hello second green');
  expect(lines).not.toContain('almost three seconds of second');
});
