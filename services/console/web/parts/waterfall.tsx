import { Code, Collapse, Stack, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { ConsoleSpan } from '#contracts/http/console.ts';
import { milliseconds } from '../format.ts';
import { type Row, rowsOf } from './span-rows.ts';

function Attributes({ span }: { readonly span: ConsoleSpan }) {
  return (
    <Table withTableBorder mb="xs" aria-label={`Attributes of ${span.name}`}>
      <Table.Tbody>
        {Object.entries(span.attributes).map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th scope="row">{name}</Table.Th>
            <Table.Td>
              <Code className="wrapped">{value}</Code>
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function SpanRow({
  row: { span, depth },
  startMs,
  totalMs,
}: {
  readonly row: Row;
  readonly startMs: number;
  readonly totalMs: number;
}) {
  const [opened, setOpened] = useState(false);
  const left = `${((span.startMs - startMs) / totalMs) * 100}%`;
  const width = `${(span.durationMs / totalMs) * 100}%`;
  return (
    <li>
      <UnstyledButton className="span-row" aria-expanded={opened} onClick={() => setOpened(!opened)}>
        <Text size="sm" truncate pl={`${depth * 0.75}rem`}>
          <b>{span.service}</b> {span.name}
        </Text>
        <span className="span-track">
          <div className="span-bar" data-failed={span.failed} style={{ marginLeft: left, width }} />
        </span>
        <Text size="sm" ta="right">
          {milliseconds(span.durationMs)}
          {span.failed && <VisuallyHidden> failed</VisuallyHidden>}
        </Text>
      </UnstyledButton>
      <Collapse expanded={opened}>
        <Attributes span={span} />
      </Collapse>
    </li>
  );
}

/** A trace over time. */
export function Waterfall({ spans }: { readonly spans: readonly ConsoleSpan[] }) {
  const startMs = Math.min(...spans.map((span) => span.startMs));
  const totalMs = Math.max(0.001, ...spans.map((span) => span.startMs + span.durationMs - startMs));
  return (
    <Stack gap={2} component="ol" style={{ listStyle: 'none', margin: 0, padding: 0 }} aria-label="Spans">
      {rowsOf(spans).map((row) => (
        <SpanRow key={row.span.spanId} row={row} startMs={startMs} totalMs={totalMs} />
      ))}
    </Stack>
  );
}
