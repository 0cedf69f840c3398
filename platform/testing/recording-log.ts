import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Logger } from '../telemetry/logger.ts';

export type LogLine = Readonly<Record<string, unknown>>;

/** A logger that keeps its lines for the test to look at. COFFEE_TEST_LOGS=1 shows them as well. */
export function recordingLog(): { log: Logger; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const shown = process.env.COFFEE_TEST_LOGS === '1';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (shown) process.stderr.write(chunk);
      lines.push(JSON.parse(chunk.toString('utf8')) as LogLine);
      done();
    },
  });
  return {
    log: pino({ level: 'debug', formatters: { level: (label) => ({ level: label }) } }, stream),
    lines,
  };
}

/** A logger for tests that do not look at it. */
export const quietLog = (): Logger => recordingLog().log;
