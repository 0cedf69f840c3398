import { expect, it } from 'vitest';
import { workflowDefinitionRequest } from '#contracts/http/workflow-definitions.ts';
import { builtInDefinitions } from './built-in-definitions.ts';
import { flawsOf } from './check-definition.ts';

const define = (...steps: object[]) =>
  workflowDefinitionRequest.parse({ id: 'test', description: 'for a test', steps });
const agent = { id: 'ask', kind: 'agent', agent: 'inventory-manager' };
const approval = { id: 'approve', kind: 'approval', of: 'ask' };
const act = (...allow: string[]) => ({ id: 'act', kind: 'actions', of: 'ask', allow });

it.each(builtInDefinitions.map((definition) => [definition.id, definition] as const))(
  'finds nothing wrong with %s',
  (_, definition) => {
    expect(flawsOf(definition)).toEqual([]);
  },
);

// Guard: nothing changes the world outside without a person who has approved just that.
it.each([
  [[agent, act('order-supplies')], 'steps.1.allow'],
  [[agent, act('notify', 'publish-post')], 'steps.1.allow'],
  [[agent, { ...agent, id: 'other' }, { ...approval, of: 'other' }, act('transfer-stock')], 'steps.3.allow'],
  [[agent, act('offer-drink'), approval], 'steps.1.allow'],
])('refuses what changes something outside without an approval of it (%#)', (steps, field) => {
  expect(flawsOf(define(...steps)).map((flaw) => flaw.field)).toEqual([field]);
});

it('lets pass what only tells people of the shop', () => {
  expect(flawsOf(define(agent, act('notify', 'create-task')))).toEqual([]);
});

it.each([
  [[agent, agent], 'steps.1.id'],
  [[{ ...agent, input: { of: { $ref: 'steps.later.x' } } }], 'steps.0.input'],
  [[{ ...agent, input: { of: { $ref: 'secrets.key' } } }], 'steps.0.input'],
  [[{ ...agent, when: { ref: 'steps.later' } }], 'steps.0.input'],
  [[approval], 'steps.0.of'],
])('names what is wrong with a definition (%#)', (steps, field) => {
  expect(flawsOf(define(...steps)).map((flaw) => flaw.field)).toContain(field);
});
