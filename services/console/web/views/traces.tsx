import { Anchor, Button, NativeSelect, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { ConsoleSpan, TraceSummary } from '#contracts/http/console.ts';
import { consolePath } from '../api.ts';
import { milliseconds, time } from '../format.ts';
import { traceLink } from '../grafana-links.ts';
import { Answered } from '../parts/answered.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Form, textsOf } from '../parts/form.tsx';
import { GrafanaButton } from '../parts/grafana-button.tsx';
import { Page } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { Waterfall } from '../parts/waterfall.tsx';
import { useAnswer } from '../use-answer.ts';
import { useServiceNames } from '../use-service-names.ts';
import type { ViewProps } from '../views.ts';

function OneTrace({ traceId }: { readonly traceId: string }) {
  const answer = useAnswer<{ spans: ConsoleSpan[] }>(consolePath(`traces/${traceId}`));
  return (
    <Page
      title="Trace"
      about={traceId}
      actions={
        <>
          <Button component="a" variant="default" href={`#/logs/${traceId}`}>
            Its logs
          </Button>
          <GrafanaButton to={(grafanaUrl) => traceLink(grafanaUrl, traceId)} />
        </>
      }
    >
      <Answered answer={answer} what="the trace">
        {({ spans }) => <Waterfall spans={spans} />}
      </Answered>
    </Page>
  );
}

function Search() {
  const serviceNames = useServiceNames();
  const [query, setQuery] = useState<Record<string, string>>({ service: 'producer', minutes: '60' });
  const answer = useAnswer<{ traces: TraceSummary[] }>(consolePath('traces', query), 10_000);
  return (
    <Page
      title="Traces"
      about="Of the newest that were kept; the collector keeps errors, slow ones and a share of the rest."
    >
      <Form label="Search" onSend={(form) => setQuery(textsOf(form))}>
        <NativeSelect name="service" label="Service" data={serviceNames} />
        <NumberInput name="minDurationMs" label="At least (ms)" min={0} allowDecimal={false} hideControls />
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
      <Answered answer={answer} what="traces">
        {({ traces }) => (
          <DataTable
            caption="Traces, newest first"
            rows={traces}
            rowKey={({ traceId }) => traceId}
            empty="none is like that"
            columns={[
              { title: 'When', cell: ({ startMs }) => time(startMs) },
              {
                title: 'Trace',
                cell: ({ traceId, name }) => (
                  <Anchor href={`#/traces/${traceId}`} underline="always">
                    {name}
                  </Anchor>
                ),
              },
              { title: 'Services', cell: ({ services }) => services.join(', ') },
              { title: 'Spans', numeric: true, cell: ({ spans }) => spans },
              { title: 'Took', numeric: true, cell: ({ durationMs }) => milliseconds(durationMs) },
              { title: 'Outcome', cell: ({ failed }) => <State of={failed ? 'failed' : 'ok'} /> },
            ]}
          />
        )}
      </Answered>
    </Page>
  );
}

export default function TracesView({ rest }: ViewProps) {
  return rest === '' ? <Search /> : <OneTrace traceId={rest} />;
}
