import { within } from '../lifecycle/abort.ts';

/** What must be flushed before the process ends. */
export interface Telemetry {
  shutdown(): Promise<void>;
}

const slot = Symbol.for('dev.gocoffee.telemetry');
const holder = globalThis as { [slot]?: Telemetry };

/** Remembers the SDK that `--import` started, so that the service's end can flush it without knowing it. */
export function holdTelemetry(telemetry: Telemetry): void {
  holder[slot] = telemetry;
}

/**
 * Sends what is left and ends telemetry; does nothing when none was started.
 *
 * @param limitMs the collector may be away: a stopping service does not wait longer than this.
 */
export async function flushTelemetry(limitMs = 3_000): Promise<void> {
  const telemetry = holder[slot];
  if (!telemetry) return;
  delete holder[slot];
  await within(limitMs, telemetry.shutdown());
}
