import { createTransport, type SendMailOptions } from 'nodemailer';
import { messageOf } from '#platform/errors/app-error.ts';
import { deploymentTag } from './annotation.ts';

/** What becomes of a deployment. */
export interface News {
  /** `failed`: it is neither deployed nor rolled back, and somebody has to look. */
  readonly kind: 'began' | 'succeeded' | 'rolled back' | 'failed';
  readonly image: string;
  readonly environment: string;
  readonly reason?: string;
}

export type Notify = (news: News) => Promise<void>;

/** Who is told; each is left out without its variables. */
export interface Audience {
  readonly slackUrl?: string | undefined;
  readonly smtpUrl?: string | undefined;
  readonly emailFrom?: string | undefined;
  readonly emailTo?: string | undefined;
  readonly grafanaUrl?: string | undefined;
  readonly grafanaToken?: string | undefined;
}

export const audienceOf = (environment: NodeJS.ProcessEnv): Audience => ({
  slackUrl: environment.DEPLOY_SLACK_URL,
  smtpUrl: environment.DEPLOY_SMTP_URL,
  emailFrom: environment.DEPLOY_EMAIL_FROM,
  emailTo: environment.DEPLOY_EMAIL_TO,
  grafanaUrl: environment.GRAFANA_URL,
  grafanaToken: environment.GRAFANA_TOKEN,
});

export const sentence = ({ kind, image, environment, reason }: News): string =>
  `Deployment of ${image} to ${environment} ${kind === 'rolled back' ? 'was rolled back' : kind}${reason ? `: ${reason}` : ''}`;

const answerWithinMs = 10_000;

async function post(url: string | URL, body: object, headers: Record<string, string> = {}): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerWithinMs),
  });
  if (!response.ok) throw new Error(`it answers ${response.status}`);
}

async function mail(smtpUrl: string, message: SendMailOptions): Promise<void> {
  const times = {
    connectionTimeout: answerWithinMs,
    greetingTimeout: answerWithinMs,
    socketTimeout: answerWithinMs,
  };
  // What is in the address counts before what is given here.
  const transport = createTransport({ url: smtpUrl, ...times });
  try {
    await transport.sendMail(message);
  } finally {
    transport.close();
  }
}

/**
 * Tells everybody who wants to know. Nobody who can't be reached holds a deployment up.
 * @param say gets a line for each who was not reached
 */
export function notifier(audience: Audience, say: (line: string) => void): Notify {
  const { slackUrl, smtpUrl, emailFrom, emailTo, grafanaUrl, grafanaToken } = audience;
  return async (news) => {
    const text = sentence(news);
    // Called below, where whatever goes wrong is caught: a wrong address as well.
    const tellings: [string, () => Promise<unknown>][] = [];
    if (slackUrl) tellings.push(['Slack', () => post(slackUrl, { text })]);
    if (smtpUrl && emailFrom && emailTo)
      tellings.push(['e-mail', () => mail(smtpUrl, { from: emailFrom, to: emailTo, subject: text, text })]);
    if (grafanaUrl && grafanaToken)
      // https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
      tellings.push([
        'Grafana',
        () =>
          post(
            // Below the path that Grafana is at, if any.
            new URL('api/annotations', grafanaUrl.replace(/\/*$/, '/')),
            { time: Date.now(), text, tags: [deploymentTag, news.environment, news.kind] },
            { authorization: `Bearer ${grafanaToken}` },
          ),
      ]);
    await Promise.all(
      tellings.map(async ([who, telling]) => {
        try {
          await telling();
        } catch (error) {
          say(`  ${who} was not told: ${messageOf(error)}`);
        }
      }),
    );
  };
}
