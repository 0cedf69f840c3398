import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { logsLink } from '../grafana-links.ts';
import { Answered } from '../parts/answered.tsx';
import { Form, textsOf } from '../parts/form.tsx';
import { GrafanaButton } from '../parts/grafana-button.tsx';
import { LogTable } from '../parts/log-table.tsx';
import { Page } from '../parts/page.tsx';
import { useLogs } from '../use-logs.ts';
import { useServiceNames } from '../use-service-names.ts';
import type { ViewProps } from '../views.ts';

/** What stands in the form, without what is empty. */
function asked({ service, text, minutes }: Readonly<Record<string, string>>, traceId: string) {
  return {
    minutes: Number(minutes),
    ...(service ? { service } : {}),
    ...(text ? { text } : {}),
    ...(traceId === '' ? {} : { traceId }),
  };
}

/** Lines of all services, or of one trace. */
export default function LogsView({ rest: traceId }: ViewProps) {
  const [query, setQuery] = useState<Record<string, string>>({ minutes: '60' });
  const serviceNames = useServiceNames();
  const answer = useLogs({ ...query, traceId });
  return (
    <Page
      title="Logs"
      about={traceId === '' ? 'Of all services.' : `Of the trace ${traceId}.`}
      actions={<GrafanaButton to={(grafanaUrl) => logsLink(grafanaUrl, asked(query, traceId))} />}
    >
      <Form label="Search" onSend={(form) => setQuery(textsOf(form))}>
        <NativeSelect name="service" label="Service" data={[{ value: '', label: 'all' }, ...serviceNames]} />
        <TextInput name="text" label="Containing" maxLength={200} />
        <NativeSelect
          name="minutes"
          label="Within"
          defaultValue="60"
          data={[
            { value: '15', label: '15 min' },
            { value: '60', label: '1 h' },
            { value: '1440', label: '1 day' },
          ]}
        />
        <Button type="submit">Search</Button>
      </Form>
      <Answered answer={answer} what="logs">
        {(page) => <LogTable {...page} />}
      </Answered>
    </Page>
  );
}
