import { Anchor, Text } from '@mantine/core';
import type { LogPage } from '#contracts/http/console.ts';
import { time } from '../format.ts';
import { DataTable } from './data-table.tsx';
import { State } from './state.tsx';

const sources: Readonly<Record<LogPage['source'], string>> = {
  loki: 'By Loki.',
  containers: 'By the containers of this stack: there is no Loki.',
};

/** Log lines; those of a trace lead to it. */
export function LogTable({ source, lines, complete }: LogPage) {
  return (
    <>
      <Text size="sm" c="dimmed">
        {sources[source]} {!complete && 'Not everything within this time could be looked at.'}
      </Text>
      <LineTable lines={lines} />
    </>
  );
}

function LineTable({ lines }: Pick<LogPage, 'lines'>) {
  return (
    <DataTable
      caption="Log lines, newest first"
      rows={lines.map((line, index) => ({ line, index }))}
      rowKey={({ line, index }) => `${line.at} ${index}`}
      empty="there is none"
      columns={[
        { title: 'When', cell: ({ line }) => time(line.at) },
        { title: 'Service', cell: ({ line }) => line.service },
        { title: 'Level', cell: ({ line }) => <State of={line.level} /> },
        {
          title: 'Message',
          cell: ({ line }) => (
            <details>
              <summary>{line.message}</summary>
              <Text size="sm" ff="monospace" className="wrapped">
                {Object.entries(line.fields)
                  .map(([name, value]) => `${name}=${value}`)
                  .join('\n')}
              </Text>
            </details>
          ),
        },
        {
          title: 'Trace',
          cell: ({ line }) =>
            line.traceId && (
              <Anchor href={`#/traces/${line.traceId}`} underline="always" title={`Trace ${line.traceId}`}>
                {line.traceId.slice(0, 8)}
              </Anchor>
            ),
        },
      ]}
    />
  );
}
