import { ConfigError } from '../config/load-config.ts';
import { messageOf } from '../errors/app-error.ts';
import { flushTelemetry } from '../telemetry/flush.ts';

/**
 * Runs a service until SIGTERM or SIGINT aborts the signal that `work` gets. `work` holds its parts with
 * `await using`, so that they close in reverse order; telemetry is flushed last. A second signal ends at once.
 *
 * @returns the exit code: 0 after an orderly stop, 1 after wrong configuration or an error.
 */
export async function run(service: string, work: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  try {
    await work(controller.signal);
    return 0;
  } catch (error) {
    // The logger may be what failed: standard error always works.
    const text =
      error instanceof ConfigError ? error.message : error instanceof Error ? error.stack : messageOf(error);
    process.stderr.write(`${service}: ${text}\n`);
    return 1;
  } finally {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    await flushTelemetry().catch((error: unknown) => {
      process.stderr.write(`${service}: telemetry was not flushed: ${messageOf(error)}\n`);
    });
  }
}
