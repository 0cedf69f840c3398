import { expect, it } from 'vitest';
import { ForbiddenActionError, requireAllowed } from './actions.ts';

// Guard: the last check in front of the world, whatever an agent asks for.
it('lets nothing through that the workflow does not allow', () => {
  expect(() => requireAllowed([{ kind: 'publish-post' }], ['notify'], true)).toThrow(ForbiddenActionError);
});

it('lets nothing outside through without the approval of a person', () => {
  expect(() => requireAllowed([{ kind: 'order-supplies' }], ['order-supplies'], false)).toThrow(/approval/);
  expect(() => requireAllowed([{ kind: 'order-supplies' }], ['order-supplies'], true)).not.toThrow();
  expect(() => requireAllowed([{ kind: 'notify' }], ['notify'], false)).not.toThrow();
});
