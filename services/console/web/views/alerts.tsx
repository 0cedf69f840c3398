import { Anchor, Loader, Text } from '@mantine/core';
import { Suspense, use } from 'react';
import type { ConsoleAlert } from '#contracts/http/console.ts';
import type { Notification } from '#contracts/http/notifications.ts';
import { consolePath } from '../api.ts';
import { time } from '../format.ts';
import { Answered } from '../parts/answered.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Page } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { runbook } from '../runbooks.ts';
import { useAnswer } from '../use-answer.ts';
import type { ViewProps } from '../views.ts';

const RunbookLink = ({ name }: { readonly name: string | undefined }) => (
  <Anchor href={`#/alerts/${name}`} underline="always">
    {name}
  </Anchor>
);

function Notifications() {
  const answer = useAnswer<{ notifications: Notification[] }>(
    consolePath('notifications', { limit: 50 }),
    10_000,
  );
  return (
    <Answered answer={answer} what="notifications">
      {({ notifications }) => (
        <DataTable
          caption="Who was told, newest first"
          rows={notifications}
          rowKey={({ id }) => String(id)}
          empty="nobody was told of anything"
          columns={[
            { title: 'When', cell: ({ receivedAt }) => time(receivedAt) },
            { title: 'Alert', cell: ({ labels }) => <RunbookLink name={labels.alertname} /> },
            { title: 'State', cell: ({ status }) => <State of={status} /> },
            { title: 'Receiver', cell: ({ receiver }) => receiver },
          ]}
        />
      )}
    </Answered>
  );
}

function AllAlerts() {
  const answer = useAnswer<{ alerts: ConsoleAlert[] }>(consolePath('alerts'), 5_000);
  return (
    <Page title="Alerts" about="What somebody has to look at; an alert's name leads to its runbook.">
      <Answered answer={answer} what="alerts">
        {({ alerts }) => (
          <DataTable
            caption="Alerts now"
            rows={alerts}
            rowKey={({ labels }) => JSON.stringify(labels)}
            empty="nothing is wrong"
            columns={[
              { title: 'Since', cell: ({ activeAt }) => time(activeAt) },
              { title: 'Alert', cell: ({ labels }) => <RunbookLink name={labels.alertname} /> },
              { title: 'State', cell: ({ state }) => <State of={state} /> },
              { title: 'Severity', cell: ({ labels }) => labels.severity },
              { title: 'What', cell: ({ annotations }) => annotations.summary },
            ]}
          />
        )}
      </Answered>
      <Notifications />
    </Page>
  );
}

function RunbookText({ text }: { readonly text: Promise<string | undefined> }) {
  return <Text className="wrapped">{use(text) ?? 'There is no runbook of this name.'}</Text>;
}

function Runbook({ name }: { readonly name: string }) {
  return (
    <Page title={name} about="The runbook">
      <Anchor href="#/alerts" underline="always">
        All alerts
      </Anchor>
      <Suspense fallback={<Loader role="status" aria-label="Loading the runbook" />}>
        <RunbookText text={runbook(name)} />
      </Suspense>
    </Page>
  );
}

export default function AlertsView({ rest }: ViewProps) {
  return rest === '' ? <AllAlerts /> : <Runbook name={rest} />;
}
