import { openTls } from '#platform/config/tls.ts';
import { serve } from '#platform/http/serve.ts';
import { aborted } from '#platform/lifecycle/abort.ts';
import { Health } from '#platform/lifecycle/health.ts';
import { run } from '#platform/lifecycle/run.ts';
import { createRateLimiter } from '#platform/redis/rate-limiter.ts';
import { createLogger } from '#platform/telemetry/logger.ts';
import { createAlertInboxApp } from './app.ts';
import { loadAlertInboxConfig } from './config.ts';
import { Inbox } from './inbox.ts';

const exitCode = await run('alert-inbox', async (signal) => {
  const config = loadAlertInboxConfig(process.env);
  const log = createLogger('alert-inbox', config.LOG_LEVEL);
  const inbox = await Inbox.open(config.INBOX_DIRECTORY, config.INBOX_CAPACITY);
  using health = new Health(config.HEALTH_CHECK_INTERVAL);
  health.start();
  const limiter = createRateLimiter({ requestsPerMinute: config.RATE_LIMIT_REQUESTS_PER_MINUTE });
  await using _server = await serve(createAlertInboxApp(config, { log, health, limiter, inbox }), {
    host: config.HTTP_HOST,
    port: config.HTTP_PORT,
    health,
    drainDelayMs: config.HTTP_DRAIN_DELAY,
    log,
    tls: openTls(config),
  });
  await aborted(signal);
});
process.exit(exitCode);
