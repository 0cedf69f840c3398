import type { Notification } from '#contracts/http/notifications.ts';
import type { ActiveAlert } from './read-alerts.ts';
import type { Silence } from './silences.ts';

/** What tells alerts of one name apart; what all have is left out. */
function about(labels: Readonly<Record<string, string>>): string {
  const common = new Set(['alertname', 'severity', 'team']);
  return Object.entries(labels)
    .filter(([name]) => !common.has(name))
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

const columns = (...texts: readonly (readonly [string, number])[]): string =>
  texts
    .map(([text, width]) => text.padEnd(width))
    .join('')
    .trimEnd();

/** One line a notification: when, whether it fires or is over, how urgent, which alert, about what. */
export const notificationLine = ({ receivedAt, status, labels, annotations }: Notification): string =>
  columns(
    [receivedAt.slice(0, 19).replace('T', ' '), 21],
    [status, 10],
    [labels.severity ?? '', 8],
    [labels.alertname ?? '', 30],
    [annotations.summary ?? about(labels), 0],
  );

export const activeLine = ({ state, labels, annotations, activeAt }: ActiveAlert): string =>
  columns(
    [activeAt.slice(0, 19).replace('T', ' '), 21],
    [state, 10],
    [labels.severity ?? '', 8],
    [labels.alertname ?? '', 30],
    [annotations.summary ?? about(labels), 0],
  );

/** Until when, which alert (and of what), why, who said so, and what it is lifted by. */
export const silenceLine = ({ id, endsAt, matchers, comment, createdBy }: Silence): string =>
  columns(
    [endsAt.slice(0, 19).replace('T', ' '), 21],
    [matchers.map(({ name, value }) => (name === 'alertname' ? value : `${name}=${value}`)).join(' '), 48],
    [`${comment} (${createdBy})`, 40],
    [`  ${id}`, 0],
  );
