import { z } from 'zod';
import { anomaly, figures, windowClosed, windowKind } from '../events/analytics.ts';

/** A closed window with its number: numbers grow in the order of closing, and are the ids of the stream's events. */
export const analyticsWindow = windowClosed.extend({ id: z.int().min(1) });
export type AnalyticsWindow = z.infer<typeof analyticsWindow>;

export const analyticsWindowPage = z.object({
  windows: z.array(analyticsWindow),
  /** Give it back as `startsBefore` for the next page; null at the end. */
  nextStartsBefore: z.iso.datetime().nullable(),
});

const instant = z.iso.datetime().refine((text) => text >= '1970', 'must not be before 1970');

export const analyticsWindowQuery = z.strictObject({
  kind: windowKind.default('tumbling-1m'),
  startsFrom: instant.optional(),
  startsBefore: instant.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(60),
});
export type AnalyticsWindowQuery = z.infer<typeof analyticsWindowQuery>;

/** What is going on right now, including windows that are open: these figures may still grow. */
export const liveFigures = z.object({
  asOf: z.iso.datetime(),
  /** Up to when everything is in; null while that is not known. */
  watermark: z.iso.datetime().nullable(),
  lastMinute: figures,
  lastFiveMinutes: figures,
});
export type LiveFigures = z.infer<typeof liveFigures>;

const windowId = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

export const analyticsStreamQuery = z.strictObject({
  /** Only windows of this kind. */
  kind: windowKind.optional(),
  /** Only windows that were closed after the one with this id, for the first connection; then Last-Event-ID says it. */
  after: windowId.optional(),
});

export const analyticsStreamHeaders = z.object({ 'last-event-id': windowId.optional() });

export const anomalyPage = z.object({
  anomalies: z.array(anomaly.extend({ id: z.int().min(1), detectedAt: z.iso.datetime() })),
  /** Give it back as `before` for the next page; null at the end. */
  nextBefore: z.int().nullable(),
});

export const anomalyQuery = z.strictObject({
  kind: anomaly.shape.kind.optional(),
  before: windowId.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});
export type AnomalyQuery = z.infer<typeof anomalyQuery>;

export const grain = z.enum(['hour', 'day']);
export type Grain = z.infer<typeof grain>;

/** Hours or days in UTC: everything that happened in them, also what came too late for its window. Kept for ever. */
export const historyPage = z.object({
  history: z.array(figures.extend({ startsAt: z.iso.datetime() })),
  /** Give it back as `startsBefore` for the next page; null at the end. */
  nextStartsBefore: z.iso.datetime().nullable(),
});

export const historyQuery = z.strictObject({
  grain: grain.default('hour'),
  startsFrom: instant.optional(),
  startsBefore: instant.optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(48),
});
export type HistoryQuery = z.infer<typeof historyQuery>;
