import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import { actionDoneEvent, runFinishedEvent } from '../../services/ai-orchestrator/delivery/ai-events.ts';
import type { Action } from '../../services/ai-orchestrator/domain/actions.ts';
import type { Run } from '../../services/ai-orchestrator/engine/run-definition.ts';

const at = '2026-03-01T08:01:00.000Z';
const run: Run = {
  id: '0f6f1c1e-5a3c-4f4e-9d0e-3b0f5a1d2c4b',
  attempt: 1,
  definition: { id: 'restock', version: 1, steps: [], budget: { tokens: 0, microdollars: 0 } },
  input: { shopId: 'harbour' },
  trigger: 'order-events.v1',
  trace: {},
};
const actions: Readonly<Record<string, Action>> = {
  supplies: {
    kind: 'order-supplies',
    shopId: 'harbour',
    lines: [{ ingredientId: 'milk', quantity: 20_000, cents: 2_200 }],
    cents: 2_200,
  },
  notice: {
    kind: 'notify',
    channel: 'slack',
    subject: 'Supplies were ordered',
    text: 'Supplies were ordered\nshopId: harbour',
  },
};

/** What agents tell of the run of a workflow: what they did, and how it ended. */
export const agentsDoings = (): readonly (readonly [name: string, message: OutgoingMessage])[] => [
  ...Object.entries(actions).map(
    ([name, action], index) => [name, actionDoneEvent({ run, step: `order/${index}` }, action, at)] as const,
  ),
  ['completed', runFinishedEvent({ run, outcome: 'completed', error: null, finishedAt: at })],
  [
    'failed',
    runFinishedEvent({ run, outcome: 'failed', error: 'there is no agent partner', finishedAt: at }),
  ],
];
