import { Code } from '@mantine/core';
import type { ReactNode } from 'react';
import type { KafkaMessage } from '#contracts/http/console.ts';
import { time } from '../format.ts';
import { DataTable } from './data-table.tsx';

export interface MessagePage {
  readonly messages: readonly KafkaMessage[];
}

export const positionOf = ({ topic, partition, offset }: KafkaMessage): string =>
  `${topic}/${partition}/${offset}`;

const readable = (value: string | null): string => {
  try {
    return JSON.stringify(JSON.parse(value ?? 'null'), undefined, 2);
  } catch {
    // What is no JSON is shown as it is: often that is why somebody looks at it.
    return value ?? '';
  }
};

/** Messages with headers and value. */
export function MessageTable({
  messages,
  action,
}: MessagePage & { readonly action?: (message: KafkaMessage) => ReactNode }) {
  return (
    <DataTable
      caption="Messages, newest first"
      rows={messages}
      rowKey={positionOf}
      empty="there is none"
      columns={[
        { title: 'When', cell: ({ at }) => time(at) },
        { title: 'Where', cell: ({ partition, offset }) => `${partition}/${offset}` },
        { title: 'Key', cell: ({ key }) => key },
        {
          title: 'Message',
          cell: ({ headers, value }) => (
            <details>
              <summary>{headers.dlq_error_code ?? headers.ce_type ?? 'without a type'}</summary>
              <Code block className="wrapped">
                {Object.entries(headers)
                  .map(([name, text]) => `${name}: ${text}`)
                  .join('\n')}
                {'\n\n'}
                {readable(value)}
              </Code>
            </details>
          ),
        },
        ...(action ? [{ title: 'Do', cell: action }] : []),
      ]}
    />
  );
}
