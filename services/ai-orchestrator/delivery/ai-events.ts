import { v5 as uuidv5 } from 'uuid';
import {
  type ActionDone,
  actionDoneType,
  type RunFinished,
  runFinishedType,
} from '#contracts/events/ai-tasks.ts';
import { aiTasksTopic } from '#contracts/topics.ts';
import { encodeEvent } from '#platform/kafka/cloudevents.ts';
import type { OutgoingMessage } from '#platform/kafka/messages.ts';
import type { Action } from '../domain/actions.ts';
import type { Run, StepPlace } from '../engine/run-definition.ts';

const source = '/services/ai-orchestrator';

/** The key under which something is done once: the same in every attempt. */
export const keyOf = ({ run, step }: StepPlace): string => `${run.id}/${step}`;

export interface FinishedRun {
  readonly run: Run;
  readonly outcome: RunFinished['outcome'];
  readonly error: string | null;
  readonly finishedAt: string;
}

/** The end of a run. Its id is made from run and attempt, so that a repeat is recognised. */
export function runFinishedEvent({ run, outcome, error, finishedAt }: FinishedRun): OutgoingMessage {
  const { id: runId, definition, trigger, attempt } = run;
  const data: RunFinished = {
    runId,
    definition: definition.id,
    version: definition.version,
    outcome,
    trigger,
    error,
    finishedAt,
  };
  const id = uuidv5(`finished/${attempt}`, runId);
  const event = { id, type: runFinishedType, source, subject: runId, time: finishedAt, data };
  return encodeEvent(event, aiTasksTopic.name, runId);
}

/** An action that was carried out. */
export function actionDoneEvent(place: StepPlace, action: Action, doneAt: string): OutgoingMessage {
  const { run, step } = place;
  const { kind, ...details } = action;
  const data: ActionDone = {
    runId: run.id,
    definition: run.definition.id,
    version: run.definition.version,
    step,
    kind,
    idempotencyKey: keyOf(place),
    details,
    doneAt,
  };
  const id = uuidv5(`done/${step}`, run.id);
  const event = { id, type: actionDoneType, source, subject: run.id, time: doneAt, data };
  return encodeEvent(event, aiTasksTopic.name, run.id);
}
