import { z } from 'zod';
import type { Health, HealthReport } from '../lifecycle/health.ts';
import { type Route, route } from './route.ts';

const dependency = z.object({
  status: z.enum(['up', 'down', 'unknown']),
  optional: z.boolean(),
  checkedAt: z.string().optional(),
  error: z.string().optional(),
});

export const healthReport = z.object({
  status: z.enum(['ready', 'waiting', 'draining']),
  waitingFor: z.array(z.string()),
  dependencies: z.record(z.string(), dependency),
});

const probePaths = new Set(['/livez', '/readyz', '/startupz']);
export const isProbe = (path: string): boolean => probePaths.has(path);

type Report = z.input<typeof healthReport>;

// The interfaces of Health are read-only; the schema's types are not.
const reportOf = (report: HealthReport): Report => report as unknown as Report;

const noStoreHeader = { 'Cache-Control': 'Always `no-store`' };
const noStore = { 'Cache-Control': 'no-store' };
const tags = ['health'];

/** `/livez`, `/readyz` and `/startupz`: the names that Kubernetes' own API server uses. */
export function healthRoutes(health: Health): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/livez',
      summary: 'Is the process alive',
      description: 'Depends on nothing but the process: a failing dependency is no reason for a restart.',
      tags,
      access: 'anyone',
      responses: {
        200: {
          description: 'It is',
          schema: z.object({ status: z.literal('alive') }),
          headers: noStoreHeader,
        },
      },
      handler: () => ({ status: 200, headers: noStore, body: { status: 'alive' } }),
    }),
    route({
      method: 'get',
      path: '/readyz',
      summary: 'Can it take requests',
      tags,
      access: 'anyone',
      responses: {
        200: { description: 'It can', schema: healthReport, headers: noStoreHeader },
        503: {
          description: 'Not now; `waitingFor` names what is missing',
          schema: healthReport,
          headers: noStoreHeader,
        },
      },
      handler: () => {
        const { report } = health;
        return { status: report.status === 'ready' ? 200 : 503, headers: noStore, body: reportOf(report) };
      },
    }),
    route({
      method: 'get',
      path: '/startupz',
      summary: 'Has it started',
      tags,
      access: 'anyone',
      responses: {
        200: {
          description: 'Everything that it needs has been there',
          schema: healthReport,
          headers: noStoreHeader,
        },
        503: { description: 'Still starting', schema: healthReport, headers: noStoreHeader },
      },
      handler: () => {
        const body = reportOf(health.report);
        return { status: health.started ? 200 : 503, headers: noStore, body };
      },
    }),
  ];
}
