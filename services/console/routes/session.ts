import { consoleSession } from '#contracts/http/console.ts';
import { deploymentOf } from '#platform/config/deployment.ts';
import { type Route, route } from '#platform/http/route.ts';
import type { ConsoleConfig } from '../config.ts';
import { noStore, noStoreHeader } from './answers.ts';

type Settings = Pick<ConsoleConfig, 'OTEL_RESOURCE_ATTRIBUTES' | 'CONSOLE_AGENT_URL' | 'GRAFANA_PUBLIC_URL'>;

/** `GET /console/v1/session` */
export const sessionRoute = (config: Settings): Route =>
  route({
    method: 'get',
    path: '/console/v1/session',
    summary: 'Who looks, and what there is beside the console',
    tags: ['session'],
    access: ['operator'],
    responses: {
      200: { description: 'Who the token is of', schema: consoleSession, headers: noStoreHeader },
    },
    handler: ({ identity: { subject, roles } }) => ({
      status: 200,
      headers: noStore,
      body: {
        subject,
        roles: [...roles],
        environment: deploymentOf(config.OTEL_RESOURCE_ATTRIBUTES) ?? 'unknown',
        agentUrl: config.CONSOLE_AGENT_URL ?? null,
        grafanaUrl: config.GRAFANA_PUBLIC_URL ?? null,
      },
    }),
  });
