import { Button } from '@mantine/core';
import type { KafkaMessage } from '#contracts/http/console.ts';
import type { CommandOutcome } from '#contracts/http/console-agent.ts';
import { agentAddress, ask } from '../api.ts';
import { useSession } from '../surroundings.tsx';
import { type MessagePage, MessageTable, positionOf } from './message-table.tsx';

async function replay(agentUrl: string, message: KafkaMessage): Promise<string> {
  try {
    const body = { letters: [positionOf(message)] };
    const { lines } = await ask<CommandOutcome>(agentAddress(agentUrl, 'dead-letters/replay'), {
      method: 'POST',
      body,
    });
    return lines.join('\n');
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Messages that could not be processed; where there is an agent, it sends them again. */
export function DeadLetterTable({
  messages,
  say,
}: MessagePage & {
  /** Takes what came of a replay. */
  readonly say: (text: string) => void;
}) {
  const { agentUrl } = useSession();
  if (agentUrl === null) return <MessageTable messages={messages} />;
  return (
    <MessageTable
      messages={messages}
      action={(message) => (
        <Button
          size="xs"
          variant="default"
          aria-label={`Replay ${positionOf(message)}`}
          onClick={() => void replay(agentUrl, message).then(say)}
        >
          Replay
        </Button>
      )}
    />
  );
}
