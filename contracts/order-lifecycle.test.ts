import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hasFollowed,
  isRefundDue,
  isSettled,
  type LifecycleState,
  mayHaveFollowed,
  mayStillFollow,
  nextState,
  type OrderAction,
  orderActions,
  orderStatuses,
} from './order-lifecycle.ts';

const opened: LifecycleState = { status: 'accepted', paid: false };
const after = (...actions: OrderAction[]): LifecycleState =>
  actions.reduce<LifecycleState>((state, action) => {
    const next = nextState(state, action);
    if (!next) throw new Error(`${action} is not allowed in ${state.status}`);
    return next;
  }, opened);

it('serves an order from its acceptance to the hand-over', () => {
  expect(after('request-payment', 'confirm-payment', 'prepare', 'mark-ready', 'complete')).toEqual({
    status: 'completed',
    paid: true,
  });
});

describe('money', () => {
  it('is due back when a paid order is cancelled or rejected, and given back once', () => {
    for (const action of ['cancel', 'reject'] as const) {
      const unserved = after('request-payment', 'confirm-payment', action);
      expect(isRefundDue(unserved)).toBe(true);
      expect(isSettled(unserved)).toBe(false);
      const refunded = nextState(unserved, 'refund');
      expect(refunded).toEqual({ status: 'refunded', paid: false });
      expect(refunded && nextState(refunded, 'refund')).toBeUndefined();
    }
  });

  it('that comes after the order has expired is due back; the order stays expired', () => {
    const late = after('request-payment', 'expire', 'confirm-payment');
    expect(late).toEqual({ status: 'expired', paid: true });
    expect(isRefundDue(late)).toBe(true);
    expect(nextState(late, 'confirm-payment')).toBeUndefined();
  });

  it('is not given back for what was never paid', () => {
    const unpaid = after('request-payment', 'cancel');
    expect(isRefundDue(unpaid)).toBe(false);
    expect(nextState(unpaid, 'refund')).toBeUndefined();
  });
});

it('does not cancel what is being prepared', () => {
  expect(nextState(after('request-payment', 'confirm-payment', 'prepare'), 'cancel')).toBeUndefined();
});

it('does not expire what is paid', () => {
  expect(nextState(after('request-payment', 'confirm-payment'), 'expire')).toBeUndefined();
});

it('tells what can never follow any more from what is only too early', () => {
  const waiting = after('request-payment');
  expect(mayStillFollow(waiting, 'prepare')).toBe(true);
  expect(mayStillFollow({ status: 'preparing', paid: true }, 'cancel')).toBe(false);
  expect(mayStillFollow({ status: 'completed', paid: true }, 'reject')).toBe(false);
});

it('tells what has happened before from what does not fit', () => {
  expect(hasFollowed({ status: 'ready', paid: true }, 'prepare')).toBe(true);
  expect(hasFollowed({ status: 'cancelled', paid: false }, 'cancel')).toBe(true);
  expect(hasFollowed({ status: 'preparing', paid: true }, 'cancel')).toBe(false);
  // Rejected orders may have been prepared or not.
  expect(mayHaveFollowed({ status: 'rejected', paid: true }, 'prepare')).toBe(true);
  expect(mayHaveFollowed({ status: 'preparing', paid: true }, 'cancel')).toBe(false);
  expect(hasFollowed({ status: 'rejected', paid: true }, 'prepare')).toBe(false);
  expect(hasFollowed({ status: 'refunded', paid: false }, 'cancel')).toBe(false);
  expect(hasFollowed({ status: 'refunded', paid: false }, 'refund')).toBe(true);
});

const anyActions = fc.array(fc.constantFrom(...orderActions), { maxLength: 40 });
/** Every state on the way, whatever is tried: what is not allowed changes nothing. */
const walk = (actions: readonly OrderAction[]): LifecycleState[] => {
  const states = [opened];
  for (const action of actions) {
    const at = states.at(-1) ?? opened;
    states.push(nextState(at, action) ?? at);
  }
  return states;
};

describe('whatever is tried in whatever order', () => {
  it('is never served without payment', () => {
    fc.assert(
      fc.property(anyActions, (actions) => {
        for (const { status, paid } of walk(actions)) {
          if (['preparing', 'ready', 'completed'].includes(status)) expect(paid).toBe(true);
        }
      }),
    );
  });

  it('moves forward only: what is left does not come back', () => {
    fc.assert(
      fc.property(anyActions, (actions) => {
        const names = walk(actions).map(({ status }) => status);
        const changes = names.filter((status, index) => index === 0 || status !== names[index - 1]);
        expect(new Set(changes).size).toBe(changes.length);
      }),
    );
  });

  it('repeats of an action change nothing', () => {
    fc.assert(
      fc.property(anyActions, (actions) => {
        const once = walk(actions).at(-1);
        const doubled = walk(actions.flatMap((action) => [action, action])).at(-1);
        expect(doubled).toEqual(once);
      }),
    );
  });

  it('stays settled once it is settled, but for money that comes too late', () => {
    fc.assert(
      fc.property(anyActions, anyActions, (before, more) => {
        const settled = walk(before).find(isSettled);
        if (!settled) return;
        for (const action of more) {
          const next = nextState(settled, action);
          if (next) expect([action, next.status]).toEqual(['confirm-payment', settled.status]);
        }
      }),
    );
  });

  it('reaches every status', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyActions, (actions) => {
        for (const { status } of walk(actions)) seen.add(status);
      }),
      { seed: 4, numRuns: 3_000 },
    );
    expect([...seen].toSorted()).toEqual([...orderStatuses].toSorted());
  });
});
