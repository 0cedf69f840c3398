import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '#platform/testing/poll.ts';
import { listSilences, silence, unsilence } from '../../scripts/alerts/silences.ts';
import { readSettings, type StackSettings } from '../../scripts/stack/settings.ts';
import { addressForContainers } from '../edge/edge-container.ts';
import { type AlertReceivers, startAlertReceivers } from './alert-receivers.ts';
import { AlertmanagerContainer, type PostedAlert } from './alertmanager-container.ts';

const deadlineMs = 30_000;
const { signal } = new AbortController();

/** An alert as a rule of Prometheus' makes it. */
const alert = (alertname: string, labels: Readonly<Record<string, string>>): PostedAlert => ({
  labels: { alertname, ...labels },
  annotations: {
    summary: `${alertname} of ${labels.service ?? 'nobody'}`,
    description: 'It happened in a test.',
    runbook: `observability/runbooks/${alertname}.md`,
  },
});
const partDown = (service: string): PostedAlert =>
  alert('PartDown', { severity: 'page', team: 'platform', service });
/** Urgent itself: only that its part is down keeps it quiet. */
const outboxLag = (service: string): PostedAlert =>
  alert('OutboxLag', { severity: 'page', team: 'orders', service });
const consumerLag = (service: string): PostedAlert =>
  alert('ConsumerLag', { severity: 'ticket', team: 'orders', service });

describe.each(['alertmanager.yml', 'receivers.example.yml'])('%s', (file) => {
  const parts = new AsyncDisposableStack();
  let receivers: AlertReceivers;
  let alertmanager: AlertmanagerContainer;
  let settings: StackSettings;

  beforeAll(async () => {
    receivers = parts.use(await startAlertReceivers(await addressForContainers()));
    alertmanager = parts.use(await AlertmanagerContainer.start(file, receivers.files, receivers.global));
    settings = await readSettings({ COFFEE_TLS: 'off', ALERTMANAGER_PORT: String(alertmanager.port) });
  });
  afterAll(() => parts.disposeAsync());

  /** Whether anybody was told of an alert, by its summary. */
  const wasTold = ({ annotations }: PostedAlert): boolean =>
    JSON.stringify([receivers.slack, receivers.inbox, receivers.pager, receivers.mails]).includes(
      annotations?.summary ?? '',
    );
  const told = (one: PostedAlert): Promise<boolean> =>
    poll(() => wasTold(one), { deadlineMs, what: `a notification of ${JSON.stringify(one.labels)}` });
  /** Groups are told a second after their first alert: one that comes later is told later. */
  const laterIsTold = async (name: string): Promise<void> => {
    const witness = alert('LowWallet', { severity: 'page', team: 'payments', wallet: name, service: name });
    await alertmanager.post(witness);
    await told(witness);
  };

  it('tells of a lag, unless the part that lags is down, and for as long as it is', async () => {
    await alertmanager.post(partDown('consumer'));
    await told(partDown('consumer'));
    const ofOthers = [consumerLag('streams'), outboxLag('web3-payment')];
    await alertmanager.post(consumerLag('consumer'), outboxLag('consumer'), ...ofOthers);
    for (const other of ofOthers) await told(other);
    await laterIsTold('after-the-lag');
    expect(wasTold(consumerLag('consumer'))).toBe(false);
    expect(wasTold(outboxLag('consumer'))).toBe(false);
    expect((await alertmanager.listed(consumerLag('consumer').labels))?.status).toMatchObject({
      state: 'suppressed',
      inhibitedBy: [expect.any(String)],
    });
    await alertmanager.resolve(partDown('consumer'));
    await told(outboxLag('consumer'));
    // A page, which keeps tickets of its service quiet in turn.
    await alertmanager.resolve(outboxLag('consumer'));
    await told(consumerLag('consumer'));
  });

  // Guard: labels that two alerts lack are equal for Alertmanager.
  it('tells of a ticket of no service while there is a page of none', async () => {
    const page = alert('ReconcileFailed', { severity: 'page', team: 'orders', finding: 'lost' });
    const ticket = alert('DiskFillsUp', { severity: 'ticket', team: 'platform', mountpoint: '/' });
    await alertmanager.post(page);
    await told(page);
    await alertmanager.post(ticket);
    await told(ticket);
  });

  it('does not explain a part that is down by Kafka, unless it only waits for its consumer group', async () => {
    const kafka = alert('KafkaUnreachable', { severity: 'page', team: 'platform' });
    await alertmanager.post(kafka);
    await told(kafka);
    await alertmanager.post(partDown('streams'), partDown('console'));
    await told(partDown('console'));
    await laterIsTold('after-the-console');
    expect(wasTold(partDown('streams'))).toBe(false);
    await alertmanager.resolve(kafka);
    await told(partDown('streams'));
  });

  it('holds back what is silenced and nothing else, until the silence is lifted', async () => {
    const planned = alert('PostgresSlow', { severity: 'ticket', team: 'platform', service: 'producer' });
    const other = alert('EventLoopBlocked', { severity: 'ticket', team: 'platform', service: 'producer' });
    const id = await silence(
      settings,
      { alert: 'PostgresSlow', service: 'producer', forMs: 600_000, reason: 'an index is built' },
      signal,
    );
    await alertmanager.post(planned, other);
    await told(other);
    await laterIsTold('after-the-silence');
    expect(wasTold(planned)).toBe(false);
    expect((await alertmanager.listed(planned.labels))?.status).toMatchObject({
      state: 'suppressed',
      silencedBy: [id],
    });
    expect(await listSilences(settings, signal)).toMatchObject([
      { id, comment: 'an index is built', matchers: [{ value: 'PostgresSlow' }, { value: 'producer' }] },
    ]);
    await unsilence(settings, id, signal);
    await told(planned);
    expect(await listSilences(settings, signal)).toEqual([]);
  });

  it('can only lift a silence that there is', async () => {
    const id = '00000000-0000-4000-8000-000000000000';
    await expect(unsilence(settings, id, signal)).rejects.toThrow(/no silence/i);
  });

  if (file === 'alertmanager.yml') return;

  /** The message of this channel about an alert that fires or is over. */
  const inSlack = (channel: string, title: string) =>
    poll(
      () =>
        receivers.slack.find(
          (message) => message.channel === channel && message.attachments[0]?.title === title,
        )?.attachments[0],
      { deadlineMs, what: `${title} in ${channel}` },
    );

  it('tells the pager, Slack and the inbox of a page, with what to do, and that it is over', async () => {
    const page = alert('ServerErrors', { severity: 'page', team: 'orders', service: 'producer' });
    const holds = (messages: AlertReceivers['pager'], status: string) =>
      poll(
        () =>
          messages.find(
            (one) =>
              one.status === status && one.alerts.some(({ labels }) => labels.alertname === 'ServerErrors'),
          ),
        { deadlineMs, what: status },
      );
    await alertmanager.post(page);
    expect((await inSlack('#incidents', '[FIRING] ServerErrors producer')).text.trim()).toBe(
      'ServerErrors of producer: It happened in a test. (observability/runbooks/ServerErrors.md)',
    );
    expect((await holds(receivers.pager, 'firing')).alerts[0]).toMatchObject(page);
    await holds(receivers.inbox, 'firing');
    await alertmanager.resolve(page);
    await inSlack('#incidents', '[RESOLVED] ServerErrors producer');
    await holds(receivers.pager, 'resolved');
    await holds(receivers.inbox, 'resolved');
  });

  it.each([
    ['payments', 'payments', 'ChainUnreachable'],
    ['orders', 'platform', 'DeadLettersGrow'],
  ])('tells of a ticket of %s in the channel %s', async (team, channel, name) => {
    const ticket = alert(name, { severity: 'ticket', team, service: 'ai-orchestrator' });
    await alertmanager.post(ticket);
    const { text } = await inSlack(`#${channel}`, `[FIRING] ${name} ai-orchestrator`);
    expect(text).toContain(`observability/runbooks/${name}.md`);
    await alertmanager.resolve(ticket);
    await inSlack(`#${channel}`, `[RESOLVED] ${name} ai-orchestrator`);
  });

  it('tells of a ticket of security by mail, over TLS with its password, and that it is over', async () => {
    const ticket = alert('FailedSignIns', { severity: 'ticket', team: 'security', service: 'edge' });
    const mail = (subject: string) =>
      poll(() => receivers.mails.find(({ text }) => text.includes(`Subject: ${subject}\r\n`)), {
        deadlineMs,
        what: subject,
      });
    await alertmanager.post(ticket);
    const { to, user, text } = await mail('[Go Coffee] [FIRING] FailedSignIns edge');
    expect({ to, user }).toEqual({ to: ['security@example.com'], user: 'go-coffee' });
    expect(text).toContain('FailedSignIns of edge');
    expect(text).toContain('observability/runbooks/FailedSignIns.md');
    await alertmanager.resolve(ticket);
    await mail('[Go Coffee] [RESOLVED] FailedSignIns edge');
  });
});
