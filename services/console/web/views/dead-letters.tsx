import { Code, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { KafkaOverview } from '#contracts/http/console.ts';
import { consolePath } from '../api.ts';
import { Answered } from '../parts/answered.tsx';
import { DeadLetterTable } from '../parts/dead-letter-table.tsx';
import type { MessagePage } from '../parts/message-table.tsx';
import { Page } from '../parts/page.tsx';
import { useAnswer } from '../use-answer.ts';

function Letters({ topic, say }: { readonly topic: string; readonly say: (text: string) => void }) {
  const answer = useAnswer<MessagePage>(consolePath(`kafka/${topic}/messages`, { limit: 50 }));
  return (
    <section>
      <Title order={2} size="h3">
        {topic}
      </Title>
      <Answered answer={answer} what={topic}>
        {({ messages }) => <DeadLetterTable messages={messages} say={say} />}
      </Answered>
    </section>
  );
}

/** Messages that could not be processed. */
export default function DeadLettersView() {
  const answer = useAnswer<KafkaOverview>(consolePath('kafka'), 10_000);
  const [said, setSaid] = useState('');
  return (
    <Page
      title="Dead letters"
      about="Messages that could not be processed. A replay is safe: what was processed in the end has no second effect."
    >
      <Answered answer={answer} what="Kafka">
        {({ topics }) => {
          const filled = topics.filter(
            ({ name, partitions }) =>
              name.endsWith('.dlq') && partitions.some(({ begin, end }) => end > begin),
          );
          return filled.length === 0 ? (
            <Text>There are no dead letters.</Text>
          ) : (
            filled.map(({ name }) => <Letters key={name} topic={name} say={setSaid} />)
          );
        }}
      </Answered>
      <Text role="status" component="div">
        {said !== '' && <Code block>{said}</Code>}
      </Text>
      <Text c="dimmed">
        ./coffee dlq does the same, and gives letters up (purge); each replay is in the topic
        dead-letter-audit.v1.
      </Text>
    </Page>
  );
}
