import { type WorkflowDefinition, workflowDefinitionRequest } from '#contracts/http/workflow-definitions.ts';

/**
 * The workflow in which an agent of the house answers a message: one step, whose input is the run's. What the agent asks
 * for is told in the run's result and not carried out.
 */
export const answeringWith = (agent: string, createdAt: string): WorkflowDefinition => ({
  ...workflowDefinitionRequest.parse({
    id: `answer-of-${agent}`,
    description: 'An agent answers a message',
    steps: [{ id: 'answer', kind: 'agent', agent, input: { $ref: 'input' } }],
  }),
  version: 1,
  createdAt,
});
