import { Button, Code, Text, Title } from '@mantine/core';
import { useState } from 'react';
import type { KafkaMessage, KafkaOverview } from '#contracts/http/console.ts';
import type { CommandOutcome } from '#contracts/http/console-agent.ts';
import { ask, consolePath } from '../api.ts';
import { Answered } from '../parts/answered.tsx';
import { type MessagePage, MessageTable, positionOf } from '../parts/message-table.tsx';
import { Page } from '../parts/page.tsx';
import { useSession } from '../surroundings.tsx';
import { useAnswer } from '../use-answer.ts';

type Say = (text: string) => void;

async function replay(agentUrl: string, message: KafkaMessage, say: Say): Promise<void> {
  try {
    const body = { letters: [positionOf(message)] };
    const { lines } = await ask<CommandOutcome>(`${agentUrl}/v1/dead-letters/replay`, {
      method: 'POST',
      body,
    });
    say(lines.join('\n'));
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
  }
}

function Letters({ topic, say }: { readonly topic: string; readonly say: Say }) {
  const answer = useAnswer<MessagePage>(consolePath(`kafka/${topic}/messages`, { limit: 50 }));
  const { agentUrl } = useSession();
  return (
    <section>
      <Title order={2} size="h3">
        {topic}
      </Title>
      <Answered answer={answer} what={topic}>
        {({ messages }) => (
          <MessageTable
            messages={messages}
            {...(agentUrl === null
              ? {}
              : {
                  action: (message: KafkaMessage) => (
                    <Button size="xs" variant="default" onClick={() => void replay(agentUrl, message, say)}>
                      Replay
                    </Button>
                  ),
                })}
          />
        )}
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
