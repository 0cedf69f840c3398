import { ConfigError } from '../config/load-config.ts';
import { messageOf } from '../errors/app-error.ts';
import { flushTelemetry } from '../telemetry/flush.ts';
import { createLogger } from '../telemetry/logger.ts';

/**
 * Wrong configuration is told to whoever wrote it, as a text on standard error; everything else is a line of the log, so that it
 * is redacted and found where the others are.
 */
function tell(service: string, error: unknown): void {
  if (error instanceof ConfigError) process.stderr.write(`${service}: ${error.message}\n`);
  else createLogger(service, 'fatal').fatal({ err: error }, 'ends because of an error');
}

/**
 * Runs a service until SIGTERM or SIGINT aborts the signal that `work` gets. `work` holds its parts with
 * `await using`, so that they close in reverse order; telemetry is flushed last. A second signal ends at once. An error that nobody
 * caught is told, and ends it without waiting for its parts: what they hold may be wrong by then.
 *
 * @returns the exit code: 0 after an orderly stop, 1 after wrong configuration or an error.
 */
export async function run(service: string, work: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  const crash = Promise.withResolvers<number>();
  const crashed = (error: unknown): void => {
    tell(service, error);
    crash.resolve(1);
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // Of rejections that nobody caught as well: https://nodejs.org/docs/latest-v24.x/api/process.html#event-uncaughtexception
  process.on('uncaughtException', crashed);
  try {
    return await Promise.race([work(controller.signal).then(() => 0), crash.promise]);
  } catch (error) {
    tell(service, error);
    return 1;
  } finally {
    process.off('SIGTERM', stop);
    process.off('SIGINT', stop);
    await flushTelemetry().catch((error: unknown) => {
      process.stderr.write(`${service}: telemetry was not flushed: ${messageOf(error)}\n`);
    });
    process.off('uncaughtException', crashed);
  }
}
