import { type Answer, ModelError, type ModelTask, noUsage, type Provider } from './model-task.ts';

/** Answers by the task's own rules and libraries: no network, no cost, the same for the same input. */
export const localProvider: Provider = {
  name: 'local',
  model: 'rules-1',
  async answer<I, O>(task: ModelTask<I, O>, input: I): Promise<Answer<O>> {
    const value = task.output.parse(await task.local(input));
    const flaw = task.check?.(input, value);
    if (flaw !== undefined) throw new ModelError(`${task.name}: ${flaw}`, noUsage);
    return { value, model: 'rules-1', usage: noUsage };
  },
};
