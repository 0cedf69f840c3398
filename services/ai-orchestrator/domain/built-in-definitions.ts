import {
  type WorkflowDefinitionRequest,
  workflowDefinitionRequest,
} from '#contracts/http/workflow-definitions.ts';

const ref = (reference: string) => ({ $ref: reference });
const define = (definition: unknown): WorkflowDefinitionRequest =>
  workflowDefinitionRequest.parse(definition);
const notifying = (subject: string, facts: Record<string, unknown>) => [
  {
    id: 'tell',
    kind: 'agent',
    agent: 'notifier',
    input: { subject, facts, channels: ['slack', 'email', 'webhook'] },
  },
  { id: 'told', kind: 'actions', of: 'tell', allow: ['notify'] },
];

/** Input: `shopId`. */
const restock = define({
  id: 'restock',
  description: 'Orders what a shop will run out of, when a person approves it',
  steps: [
    { id: 'check', kind: 'agent', agent: 'inventory-manager', input: { shopId: ref('input.shopId') } },
    { id: 'approve', kind: 'approval', of: 'check' },
    { id: 'order', kind: 'actions', of: 'check', allow: ['order-supplies'] },
    ...notifying('Supplies were ordered', { shopId: ref('input.shopId') }).map((step) => ({
      ...step,
      when: { ref: 'steps.order', notEmpty: true },
    })),
  ],
});

const balanceStock = define({
  id: 'balance-stock',
  description: 'Moves stock from shops that have plenty to those that run short, when a person approves it',
  steps: [
    { id: 'plan', kind: 'agent', agent: 'inter-location-coordinator' },
    { id: 'approve', kind: 'approval', of: 'plan' },
    { id: 'move', kind: 'actions', of: 'plan', allow: ['transfer-stock'] },
  ],
});

/** Input: `shopId`. */
const planDay = define({
  id: 'plan-day',
  description: 'Forecasts tomorrow and plans who works when, to be published when a person approves it',
  steps: [
    {
      id: 'forecast',
      kind: 'agent',
      agent: 'demand-forecaster',
      input: { shopId: ref('input.shopId'), horizonHours: 48 },
    },
    {
      id: 'roster',
      kind: 'agent',
      agent: 'scheduler',
      input: { shopId: ref('input.shopId'), forecast: ref('steps.forecast') },
    },
    { id: 'approve', kind: 'approval', of: 'roster' },
    { id: 'publish', kind: 'actions', of: 'roster', allow: ['publish-roster'] },
  ],
});

/** Input: `shopId`, `observed`, `threshold`, `startsAt`. */
const surge = define({
  id: 'surge',
  description: 'Far more orders than usual: tells the people, and makes a task of calling somebody in',
  steps: [
    {
      id: 'assign',
      kind: 'agent',
      agent: 'task-manager',
      input: {
        title: 'Far more orders than usual: call somebody in',
        details: { observed: ref('input.observed'), startsAt: ref('input.startsAt') },
      },
    },
    { id: 'create', kind: 'actions', of: 'assign', allow: ['create-task'] },
    ...notifying('Far more orders than usual', {
      observed: ref('input.observed'),
      threshold: ref('input.threshold'),
      startsAt: ref('input.startsAt'),
    }),
  ],
});

/** Input: `customerId`, `observed`, `threshold`, `startsAt`. */
const unusualCustomer = define({
  id: 'unusual-customer',
  description: 'A customer orders more often than a person does: somebody has to look',
  steps: [
    {
      id: 'assign',
      kind: 'agent',
      agent: 'task-manager',
      input: {
        title: 'A customer orders more often than a person does',
        details: { customerId: ref('input.customerId'), observed: ref('input.observed') },
      },
    },
    { id: 'create', kind: 'actions', of: 'assign', allow: ['create-task'] },
  ],
});

/** Input: `reviewId`. */
const reviewFeedback = define({
  id: 'review-feedback',
  description: 'Finds out what a guest thinks; for unhappy ones somebody gets a task',
  steps: [
    { id: 'analyse', kind: 'agent', agent: 'feedback-analyst', input: { reviewId: ref('input.reviewId') } },
    {
      id: 'assign',
      kind: 'agent',
      agent: 'task-manager',
      when: { ref: 'steps.analyse.unhappy', equals: true },
      input: {
        title: 'Look after an unhappy guest',
        details: { reviewId: ref('input.reviewId'), themes: ref('steps.analyse.themes') },
        shopId: ref('steps.analyse.shopId'),
      },
    },
    { id: 'create', kind: 'actions', of: 'assign', allow: ['create-task'] },
  ],
});

/** Input: `season` and `without` (allergens), both optional. */
const newDrink = define({
  id: 'new-drink',
  description: 'Invents a drink, offers it when a person approves it, and arranges its tasting',
  steps: [
    {
      id: 'invent',
      kind: 'agent',
      agent: 'beverage-inventor',
      input: { season: ref('input.season'), without: ref('input.without') },
    },
    { id: 'approve', kind: 'approval', of: 'invent' },
    { id: 'offer', kind: 'actions', of: 'invent', allow: ['offer-drink'] },
    {
      id: 'arrange',
      kind: 'agent',
      agent: 'tasting-coordinator',
      input: { drink: ref('steps.invent.drink') },
    },
    { id: 'invite', kind: 'actions', of: 'arrange', allow: ['create-task'] },
  ],
});

const promote = define({
  id: 'promote',
  description: 'Drafts a post about what is sold best, published when a person approves it',
  steps: [
    { id: 'draft', kind: 'agent', agent: 'social-media' },
    { id: 'approve', kind: 'approval', of: 'draft' },
    { id: 'publish', kind: 'actions', of: 'draft', allow: ['publish-post'] },
  ],
});

/** What comes with the platform. Changed ones are new versions; runs keep the one that they began with. */
export const builtInDefinitions: readonly WorkflowDefinitionRequest[] = [
  restock,
  balanceStock,
  planDay,
  surge,
  unusualCustomer,
  reviewFeedback,
  newDrink,
  promote,
];
