import { Group, Paper, Text } from '@mantine/core';
import type { SystemMap } from '#contracts/http/console.ts';
import { consolePath } from '../api.ts';
import { milliseconds, percent, rate } from '../format.ts';
import { Answered } from '../parts/answered.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { Page } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { SystemDrawing } from '../parts/system-drawing.tsx';
import { useAnswer } from '../use-answer.ts';

const everyMs = 5_000;

function Figures({ map }: { readonly map: SystemMap }) {
  const edge = (from: string, to: string) => map.edges.find((one) => one.from === from && one.to === to);
  const orders = edge('producer', 'orders.v1')?.perSecond;
  const requests = edge('edge', 'producer');
  const lag = map.edges.reduce((sum, one) => sum + (one.lag ?? 0), 0);
  const down = map.nodes.filter(({ health }) => health === 'down').map(({ id }) => id);
  const figures = [
    ['Orders', rate(orders)],
    ['Requests', rate(requests?.perSecond)],
    ['P95', milliseconds(requests?.p95Ms)],
    ['Errors', percent(requests?.errorShare)],
    ['Waiting messages', String(lag)],
    ['Down', down.length === 0 ? 'none' : down.join(', ')],
  ] as const;
  return (
    <Group>
      {figures.map(([name, value]) => (
        <Paper key={name} withBorder px="md" py="xs">
          <Text size="sm" c="dimmed">
            {name}
          </Text>
          <Text fw={700} size="lg">
            {value}
          </Text>
        </Paper>
      ))}
    </Group>
  );
}

export default function MapView() {
  const answer = useAnswer<SystemMap>(consolePath('map'), everyMs);
  return (
    <Page title="Map" about="All parts, how they are, and what goes from one to another: of the last minute.">
      <Answered answer={answer} what="the map">
        {(map) => (
          <>
            <Figures map={map} />
            <SystemDrawing map={map} />
            <DataTable
              caption="What goes where"
              rows={map.edges}
              rowKey={({ from, to }) => `${from} ${to}`}
              empty="nothing is known"
              columns={[
                { title: 'From', cell: ({ from }) => from },
                { title: 'To', cell: ({ to }) => to },
                { title: 'Rate', numeric: true, cell: ({ perSecond }) => rate(perSecond) },
                { title: 'Errors', numeric: true, cell: ({ errorShare }) => percent(errorShare) },
                { title: 'P95', numeric: true, cell: ({ p95Ms }) => milliseconds(p95Ms) },
                { title: 'Waiting', numeric: true, cell: ({ lag }) => lag ?? '–' },
              ]}
            />
            <DataTable
              caption="Parts"
              rows={map.nodes.filter(({ id }) => id !== 'clients')}
              rowKey={({ id }) => id}
              empty="none is known"
              columns={[
                { title: 'Part', cell: ({ id }) => id },
                { title: 'Kind', cell: ({ kind }) => kind },
                { title: 'Health', cell: ({ health }) => <State of={health} /> },
              ]}
            />
          </>
        )}
      </Answered>
    </Page>
  );
}
