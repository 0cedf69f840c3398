import { v5 as uuidv5 } from 'uuid';
import type { WorkflowDefinition, WorkflowStep } from '#contracts/http/workflow-definitions.ts';
import type { Action } from '../domain/actions.ts';
import { requireAllowed, withActions } from '../domain/actions.ts';
import { holds, type RunState, resolved } from '../domain/references.ts';
import type { Durable } from './durable.ts';

/** A run as the engine keeps it: the definition stands in it, so that nothing can change under a run. */
export interface Run {
  readonly id: string;
  readonly attempt: number;
  readonly definition: Pick<WorkflowDefinition, 'id' | 'version' | 'steps' | 'budget'>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly trigger: string;
  /** W3C trace context of what started it. */
  readonly trace: Readonly<Record<string, string>>;
}

export interface StepPlace {
  readonly run: Run;
  readonly step: string;
}

export interface Approval {
  readonly id: string;
  readonly title: string;
  readonly actions: readonly Action[];
  readonly dueInSeconds: number;
}

export interface Decision {
  readonly approved: boolean;
}

/** What a run needs from the world. Whatever changes something does so once for each place. */
export interface RunParts {
  readonly runAgent: (place: StepPlace, agent: string, input: unknown) => Promise<unknown>;
  readonly askForApproval: (place: StepPlace, approval: Approval) => Promise<void>;
  /** @returns whether somebody approved at the last moment all the same. */
  readonly approvalExpired: (place: StepPlace, id: string) => Promise<boolean>;
  readonly carryOut: (place: StepPlace, action: Action) => Promise<unknown>;
  readonly finish: (run: Run, ending: Ending) => Promise<void>;
}

export interface Ending {
  readonly outcome: 'completed' | 'rejected' | 'failed';
  readonly result: Readonly<Record<string, unknown>>;
  readonly error: string | null;
}

interface Progress extends RunState {
  readonly steps: Record<string, unknown>;
  readonly approved: Set<string>;
}

/** The topic under which a decision is sent to a run. */
export const decisionTopic = (taskId: string): string => `decision/${taskId}`;

/** The id of the task that asks for an approval: the same in every attempt of the run. */
export const approvalId = (runId: string, step: string): string => uuidv5(`approval/${step}`, runId);

/**
 * Does the steps of a run in order. Deterministic but for what `durable` keeps: after a crash it is done again from the
 * start, with the kept results of what was done.
 */
export async function runDefinition(durable: Durable, parts: RunParts, run: Run): Promise<Ending> {
  const progress: Progress = { input: run.input, steps: {}, approved: new Set() };
  for (const step of run.definition.steps) {
    if (!holds(step.when, progress)) continue;
    const goesOn = await doStep(durable, parts, { run, step: step.id }, step, progress);
    if (!goesOn) return finish(durable, parts, run, 'rejected', progress);
  }
  return finish(durable, parts, run, 'completed', progress);
}

async function finish(
  durable: Durable,
  parts: RunParts,
  run: Run,
  outcome: Ending['outcome'],
  { steps }: Progress,
): Promise<Ending> {
  const ending: Ending = { outcome, result: steps, error: null };
  await durable.step('finish', () => parts.finish(run, ending), { attempts: 10 });
  return ending;
}

/** @returns whether the run goes on. */
async function doStep(
  durable: Durable,
  parts: RunParts,
  place: StepPlace,
  step: WorkflowStep,
  progress: Progress,
): Promise<boolean> {
  switch (step.kind) {
    case 'agent': {
      const input = resolved(step.input, progress);
      const options = { ...step.retry, timeoutSeconds: step.timeoutSeconds };
      progress.steps[step.id] = await durable.step(
        step.id,
        () => parts.runAgent(place, step.agent, input),
        options,
      );
      return true;
    }
    case 'approval':
      return approve(durable, parts, place, step, progress);
    case 'actions': {
      const actions = actionsOf(step.of, progress);
      const results: unknown[] = [];
      for (const [index, action] of actions.entries()) {
        const name = `${step.id}/${index}`;
        const options = { ...step.retry, timeoutSeconds: step.timeoutSeconds };
        const act = (): Promise<unknown> => {
          requireAllowed([action], step.allow, progress.approved.has(step.of));
          return parts.carryOut({ ...place, step: name }, action);
        };
        results.push(await durable.step(name, act, options));
      }
      progress.steps[step.id] = results;
      return true;
    }
    case 'pause':
      await durable.pause(step.seconds * 1_000);
      return true;
  }
}

const actionsOf = (of: string, { steps }: RunState): readonly Action[] => {
  // A step that was left out asks for nothing.
  const output = steps[of];
  return output === undefined ? [] : withActions.parse(output).actions;
};

async function approve(
  durable: Durable,
  parts: RunParts,
  place: StepPlace,
  step: Extract<WorkflowStep, { kind: 'approval' }>,
  progress: Progress,
): Promise<boolean> {
  const actions = actionsOf(step.of, progress);
  // Nothing is asked for: nobody has to be asked.
  if (actions.length === 0) return true;
  const id = approvalId(place.run.id, step.id);
  const title = `${place.run.definition.id}: ${[...new Set(actions.map(({ kind }) => kind))].join(', ')}`;
  const approval = { id, title, actions, dueInSeconds: step.timeoutSeconds };
  await durable.step(`${step.id}/ask`, () => parts.askForApproval(place, approval), { attempts: 10 });
  const decision = await durable.receive<Decision>(decisionTopic(id), step.timeoutSeconds);
  // Silence is a no.
  const approved = decision
    ? decision.approved
    : await durable.step(`${step.id}/expired`, () => parts.approvalExpired(place, id), { attempts: 10 });
  if (approved) progress.approved.add(step.of);
  progress.steps[step.id] = { approved };
  return approved;
}
