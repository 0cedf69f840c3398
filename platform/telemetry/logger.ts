import { type Logger, pino } from 'pino';
import { redactLine } from './redact-line.ts';

export type { Logger } from 'pino';

/**
 * The one logger of a service: JSON lines on standard output; the pino instrumentation adds trace and span id and
 * sends the same records by OTLP. Log events with fields: `log.info({ orderId }, 'order accepted')`.
 */
export function createLogger(service: string, level: string): Logger {
  return pino({
    level,
    // `base: null` would drop the name as well.
    base: { name: service },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    // Whatever somebody may log by accident: no credential, no card and no address, neither on standard output nor by OTLP.
    hooks: { streamWrite: redactLine },
  });
}
