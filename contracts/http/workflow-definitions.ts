import { z } from 'zod';

/** Names of steps, definitions, agents: `demand-forecaster`. */
export const slug = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be lower-case words joined by "-"')
  .max(60);

/**
 * What an agent may ask for. Those of `outsideActions` change something outside of the platform: a person approves them
 * first.
 */
export const actionKinds = [
  'order-supplies',
  'transfer-stock',
  'publish-roster',
  'publish-post',
  'offer-drink',
  'create-task',
  'notify',
] as const;
export const actionKind = z.enum(actionKinds);
export type ActionKind = z.infer<typeof actionKind>;

/** `create-task` and `notify` only tell people of the shop, by the channels that an operator has set up. */
export const outsideActions: ReadonlySet<ActionKind> = new Set([
  'order-supplies',
  'transfer-stock',
  'publish-roster',
  'publish-post',
  'offer-drink',
]);

/** Where a value comes from: `input.shopId`, `steps.forecast.points`. */
export const reference = z
  .string()
  .regex(
    /^(input|steps\.[a-z0-9-]+)(\.[A-Za-z0-9_]+)*$/,
    'must be such as input.shopId or steps.forecast.points',
  );

/** Values that stand in for a step's input: a constant, or `{ "$ref": "steps.forecast.points" }`. */
export const stepInput = z.record(z.string(), z.unknown());

/** Holds when all that is told of the value is so; a missing value fulfils nothing. */
export const condition = z.strictObject({
  ref: reference,
  below: z.number().optional(),
  above: z.number().optional(),
  equals: z.union([z.string(), z.number(), z.boolean()]).optional(),
  notEmpty: z.literal(true).optional(),
});
export type Condition = z.infer<typeof condition>;

const common = {
  id: slug,
  /** The step is left out when it does not hold. */
  when: condition.optional(),
};

/** Repeats with growing pauses: 1st after `delaySeconds`, then each `rate` times as long. */
export const retryPolicy = z.strictObject({
  attempts: z.int().min(1).max(10).default(3),
  delaySeconds: z.number().min(0.05).max(300).default(1),
  rate: z.number().min(1).max(10).default(2),
});

export const agentStep = z.strictObject({
  ...common,
  kind: z.literal('agent'),
  agent: slug,
  input: stepInput.default({}),
  retry: retryPolicy.prefault({}),
  timeoutSeconds: z.int().min(1).max(600).default(60),
});

/** Waits for a person's decision on what an earlier step asks for. Without one in time it is refused. */
export const approvalStep = z.strictObject({
  ...common,
  kind: z.literal('approval'),
  of: slug,
  timeoutSeconds: z
    .int()
    .min(1)
    .max(30 * 86_400)
    .default(86_400),
});

/** Carries out what an earlier step asks for, of the kinds that are allowed and nothing else. */
export const actionsStep = z.strictObject({
  ...common,
  kind: z.literal('actions'),
  of: slug,
  allow: z.array(actionKind).min(1),
  retry: retryPolicy.prefault({}),
  timeoutSeconds: z.int().min(1).max(600).default(60),
});

export const pauseStep = z.strictObject({
  ...common,
  kind: z.literal('pause'),
  seconds: z
    .number()
    .min(0.01)
    .max(30 * 86_400),
});

export const workflowStep = z.discriminatedUnion('kind', [agentStep, approvalStep, actionsStep, pauseStep]);
export type WorkflowStep = z.infer<typeof workflowStep>;

/** A workflow as data: its steps run in order, each once, whoever is killed in between. */
export const workflowDefinitionRequest = z.strictObject({
  id: slug,
  description: z.string().min(1).max(500),
  steps: z.array(workflowStep).min(1).max(20),
  /** For the whole run, waiting for people included. */
  timeoutSeconds: z
    .int()
    .min(1)
    .max(60 * 86_400)
    .default(7 * 86_400),
  /** What models may cost in one run: beyond it agents go on with the local provider. */
  budget: z
    .strictObject({
      tokens: z.int().min(0).max(10_000_000).default(50_000),
      /** In millionths of a dollar. */
      microdollars: z.int().min(0).max(1_000_000_000).default(200_000),
    })
    .prefault({}),
});
export type WorkflowDefinitionRequest = z.infer<typeof workflowDefinitionRequest>;

/** A version of a definition never changes; runs keep the one that they began with. */
export const workflowDefinition = workflowDefinitionRequest.extend({
  version: z.int().min(1),
  createdAt: z.iso.datetime(),
});
export type WorkflowDefinition = z.infer<typeof workflowDefinition>;

export const workflowDefinitionPage = z.object({
  definitions: z.array(workflowDefinition),
  /** Give it back as `after` for the next page; null at the end. */
  nextAfter: z.string().nullable(),
});

export const afterQuery = z.strictObject({
  after: slug.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20),
});
export type AfterQuery = z.infer<typeof afterQuery>;
