import { userInfo } from 'node:os';
import { z } from 'zod';
import { UserError } from '../cli/user-error.ts';
import type { ApiReply, ApiRequest } from '../stack/api-client.ts';
import type { StackSettings } from '../stack/settings.ts';
import { askAbout } from './ask.ts';

/** https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml, as far as it is read here. */
const silences = z.array(
  z.object({
    id: z.string(),
    status: z.object({ state: z.enum(['active', 'pending', 'expired']) }),
    matchers: z.array(z.object({ name: z.string(), value: z.string() })),
    endsAt: z.iso.datetime({ offset: true }),
    createdBy: z.string(),
    comment: z.string(),
  }),
);
const created = z.object({ silenceID: z.string() });

export type Silence = z.infer<typeof silences>[number];

/** What is not told for some time, and why. */
export interface SilenceRequest {
  /** Its name. */
  readonly alert: string;
  /** Of one service only; of all unless told. */
  readonly service?: string | undefined;
  readonly forMs: number;
  readonly reason: string;
}

const ask = (settings: StackSettings, request: ApiRequest): Promise<ApiReply> =>
  askAbout('Alertmanager', settings.alertmanagerUrl, request, settings);

function expectOk({ status }: ApiReply): void {
  if (status !== 200)
    throw new UserError(`Alertmanager answers ${status}.`, './coffee logs alertmanager says why.');
}

/** Silences an alert from now on. @returns the silence's id. @throws UserError when Alertmanager does not take it */
export async function silence(
  settings: StackSettings,
  { alert, service, forMs, reason }: SilenceRequest,
  signal: AbortSignal,
): Promise<string> {
  const equals = (name: string, value: string) => ({ name, value, isRegex: false, isEqual: true });
  const now = Date.now();
  const reply = await ask(settings, {
    method: 'POST',
    path: '/api/v2/silences',
    signal,
    body: {
      matchers: [equals('alertname', alert), ...(service === undefined ? [] : [equals('service', service)])],
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + forMs).toISOString(),
      createdBy: userInfo().username,
      comment: reason,
    },
  });
  expectOk(reply);
  return created.parse(reply.body).silenceID;
}

/** Those that hold something back, now or later; soonest over first. */
export async function listSilences(settings: StackSettings, signal: AbortSignal): Promise<Silence[]> {
  const reply = await ask(settings, { method: 'GET', path: '/api/v2/silences', signal });
  expectOk(reply);
  return silences
    .parse(reply.body)
    .filter(({ status }) => status.state !== 'expired')
    .sort((one, other) => Date.parse(one.endsAt) - Date.parse(other.endsAt));
}

/** Lifts a silence: what it held back is told within the group's interval. @throws UserError when there is none */
export async function unsilence(settings: StackSettings, id: string, signal: AbortSignal): Promise<void> {
  const reply = await ask(settings, {
    method: 'DELETE',
    path: `/api/v2/silence/${encodeURIComponent(id)}`,
    signal,
  });
  if ([400, 404, 422].includes(reply.status))
    throw new UserError(`There is no silence ${id}.`, './coffee alerts --silences lists them.');
  expectOk(reply);
}
