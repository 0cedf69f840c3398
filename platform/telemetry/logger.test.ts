import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

/** What a process with this logger writes to standard output: pino writes past the streams that a test can replace. */
function linesOf(statements: string): Record<string, unknown>[] {
  const script = `import { createLogger } from '#platform/telemetry/logger.ts'; const log = createLogger('test', 'info'); ${statements}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

it('writes one JSON object an event, with level, time and service, and never a credential', () => {
  const [line, ...others] = linesOf(`
    log.debug('below the level');
    log.info({ orderId: '1', password: 'hunter2', database: { password: 'hunter2' }, headers: { cookie: 'hunter2' } }, 'order accepted');`);
  expect(others).toEqual([]);
  expect(line).toMatchObject({ level: 'info', name: 'test', orderId: '1', msg: 'order accepted' });
  expect(Date.parse(String(line?.time))).toBeGreaterThan(Date.now() - 60_000);
  expect(JSON.stringify(line)).not.toContain('hunter2');
});
