import { analyticsWindowPage, anomalyPage, historyPage, liveFigures } from '#contracts/http/analytics.ts';
import { type Application, createApp } from '#platform/http/app.ts';
import type { StreamsConfig } from './config.ts';
import type { StreamsContext } from './context.ts';
import type { WindowFeed } from './delivery/window-feed.ts';
import type { LiveView } from './live-view.ts';
import { streamsMessaging } from './messaging.ts';
import { listAnomaliesRoute } from './routes/list-anomalies.ts';
import { listHistoryRoute } from './routes/list-history.ts';
import { listWindowsRoute } from './routes/list-windows.ts';
import { liveRoute } from './routes/live.ts';
import { streamRoute } from './routes/stream.ts';

type AppConfig = Pick<StreamsConfig, 'HEALTH_CHECK_ENABLED' | 'CORS_ALLOWED_ORIGINS'>;

/** As much of the service as its HTTP side needs. */
export interface AppContext
  extends Pick<StreamsContext, 'log' | 'health' | 'verifier' | 'limiter' | 'database'> {
  readonly view: Pick<LiveView, 'read'>;
  readonly feed: Pick<WindowFeed, 'open'>;
}

/** The HTTP API of the streams service. */
export function createStreamsApp(config: AppConfig, context: AppContext): Application {
  const { log, health, verifier, limiter, database, view, feed } = context;
  return createApp({
    log,
    info: {
      title: 'Go Coffee: analytics',
      version: '1',
      description: 'What happens in the coffee shop, in windows of event time.',
      schemas: {
        AnalyticsWindowPage: analyticsWindowPage,
        AnomalyPage: anomalyPage,
        HistoryPage: historyPage,
        LiveFigures: liveFigures,
      },
    },
    routes: [
      listWindowsRoute(database),
      liveRoute(view),
      streamRoute(feed),
      listAnomaliesRoute(database),
      listHistoryRoute(database),
    ],
    verifier,
    limiter,
    messaging: streamsMessaging,
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: 200,
  });
}
