import type Koa from 'koa';
import { analyticsWindow, liveFigures } from '#contracts/http/analytics.ts';
import { createApp } from '#platform/http/app.ts';
import type { StreamsConfig } from './config.ts';
import type { StreamsContext } from './context.ts';
import { listAnomaliesRoute } from './routes/list-anomalies.ts';
import { listHistoryRoute } from './routes/list-history.ts';
import { listWindowsRoute } from './routes/list-windows.ts';
import { liveRoute } from './routes/live.ts';
import { streamRoute } from './routes/stream.ts';

/** The HTTP API of the streams service. */
export function createStreamsApp(config: StreamsConfig, context: StreamsContext): Koa {
  const { log, health, database, view, feed } = context;
  return createApp({
    log,
    info: {
      title: 'Go Coffee: analytics',
      version: '1',
      description: 'What happens in the coffee shop, in windows of event time.',
      schemas: { AnalyticsWindow: analyticsWindow, LiveFigures: liveFigures },
    },
    routes: [
      listWindowsRoute(database),
      liveRoute(view),
      streamRoute(feed),
      listAnomaliesRoute(database),
      listHistoryRoute(database),
    ],
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: 200,
    validateResponses: context.validateResponses,
  });
}
