import { Anchor, Button, Group, NativeSelect } from '@mantine/core';
import { useState } from 'react';
import type { KafkaOverview } from '#contracts/http/console.ts';
import { consolePath } from '../api.ts';
import { dashboardLink } from '../grafana-links.ts';
import { Answered } from '../parts/answered.tsx';
import { DataTable } from '../parts/data-table.tsx';
import { GrafanaButton } from '../parts/grafana-button.tsx';
import { type MessagePage, MessageTable } from '../parts/message-table.tsx';
import { Page } from '../parts/page.tsx';
import { State } from '../parts/state.tsx';
import { useAnswer } from '../use-answer.ts';
import type { ViewProps } from '../views.ts';

type Topic = KafkaOverview['topics'][number];

const kept = ({ partitions }: Topic): number =>
  partitions.reduce((sum, { begin, end }) => sum + end - begin, 0);
const missing = ({ partitions }: Topic): number =>
  partitions.reduce((sum, { replicas, inSync }) => sum + replicas - inSync, 0);

function Overview() {
  const answer = useAnswer<KafkaOverview>(consolePath('kafka'), 5_000);
  return (
    <Page
      title="Kafka"
      about="Topics, consumer groups and what they have not read yet; a topic's name leads to its messages."
      actions={<GrafanaButton to={(grafanaUrl) => dashboardLink(grafanaUrl, 'delivery')} />}
    >
      <Answered answer={answer} what="Kafka">
        {({ topics, groups }) => (
          <>
            <DataTable
              caption="Topics"
              rows={topics}
              rowKey={({ name }) => name}
              empty="there is none"
              columns={[
                {
                  title: 'Topic',
                  cell: ({ name }) => (
                    <Anchor href={`#/kafka/${name}`} underline="always">
                      {name}
                    </Anchor>
                  ),
                },
                { title: 'Partitions', numeric: true, cell: ({ partitions }) => partitions.length },
                { title: 'Messages', numeric: true, cell: kept },
                { title: 'Replicas not in sync', numeric: true, cell: missing },
              ]}
            />
            <DataTable
              caption="Consumer groups"
              rows={groups.flatMap((group) => group.topics.map((topic) => ({ group, ...topic })))}
              rowKey={({ group, topic }) => `${group.id} ${topic}`}
              empty="there is none"
              columns={[
                { title: 'Group', cell: ({ group }) => group.id },
                { title: 'State', cell: ({ group }) => <State of={group.state} /> },
                { title: 'Members', numeric: true, cell: ({ group }) => group.members },
                { title: 'Topic', cell: ({ topic }) => topic },
                { title: 'Lag', numeric: true, cell: ({ lag }) => lag },
              ]}
            />
          </>
        )}
      </Answered>
    </Page>
  );
}

function Messages({ topic }: { readonly topic: string }) {
  const [partition, setPartition] = useState('');
  const overview = useAnswer<KafkaOverview>(consolePath('kafka'));
  const answer = useAnswer<MessagePage>(consolePath(`kafka/${topic}/messages`, { partition, limit: 50 }));
  const found = overview.data?.topics.find(({ name }) => name === topic);
  return (
    <Page title={topic} about="Its latest messages. Looking moves no offset of a service.">
      <Group align="end">
        <NativeSelect
          label="Partition"
          value={partition}
          onChange={({ currentTarget }) => setPartition(currentTarget.value)}
          data={[{ value: '', label: 'all' }, ...(found?.partitions ?? []).map(({ id }) => String(id))]}
        />
        <Button onClick={answer.reload}>Read again</Button>
      </Group>
      {found && (
        <DataTable
          caption="Partitions"
          rows={found.partitions}
          rowKey={({ id }) => String(id)}
          empty="there is none"
          columns={[
            { title: 'Partition', numeric: true, cell: ({ id }) => id },
            { title: 'Leader', numeric: true, cell: ({ leader }) => leader },
            { title: 'In sync', numeric: true, cell: ({ inSync, replicas }) => `${inSync} of ${replicas}` },
            { title: 'From', numeric: true, cell: ({ begin }) => begin },
            { title: 'To', numeric: true, cell: ({ end }) => end },
          ]}
        />
      )}
      <Answered answer={answer} what="the messages">
        {({ messages }) => <MessageTable messages={messages} />}
      </Answered>
    </Page>
  );
}

export default function KafkaView({ rest }: ViewProps) {
  return rest === '' ? <Overview /> : <Messages topic={rest} />;
}
