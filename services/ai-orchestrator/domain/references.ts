import type { Condition } from '#contracts/http/workflow-definitions.ts';

/** What steps can refer to: the input of the run, and what steps have given. */
export interface RunState {
  readonly input: Readonly<Record<string, unknown>>;
  readonly steps: Readonly<Record<string, unknown>>;
}

// Own properties only: `constructor` and the like are nobody's output.
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;

/** The value that a reference such as `steps.forecast.points` names; undefined when there is none. */
export const valueAt = (ref: string, state: RunState): unknown =>
  ref.split('.').reduce<unknown>((value, name) => member(value, name), state);

/** Puts values in the place of `{ "$ref": … }`, at any depth. */
export function resolved(template: unknown, state: RunState): unknown {
  if (Array.isArray(template)) return template.map((element) => resolved(element, state));
  if (typeof template !== 'object' || template === null) return template;
  const ref = refOf(template);
  if (ref !== undefined) return valueAt(ref, state);
  return Object.fromEntries(
    Object.entries(template)
      .map(([name, value]) => [name, resolved(value, state)] as const)
      .filter(([, value]) => value !== undefined),
  );
}

/** The reference that an object stands for, if it does. */
export function refOf(template: object): string | undefined {
  const names = Object.keys(template);
  const ref = member(template, '$ref');
  return names.length === 1 && typeof ref === 'string' ? ref : undefined;
}

/** Every reference in a template. */
export function refsIn(template: unknown): string[] {
  if (typeof template !== 'object' || template === null) return [];
  const ref = refOf(template);
  return ref === undefined ? Object.values(template).flatMap(refsIn) : [ref];
}

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** Whether a step is to be done. */
export function holds(condition: Condition | undefined, state: RunState): boolean {
  if (condition === undefined) return true;
  const value = valueAt(condition.ref, state);
  const { below, above, equals, notEmpty } = condition;
  if (below !== undefined && !(typeof value === 'number' && value < below)) return false;
  if (above !== undefined && !(typeof value === 'number' && value > above)) return false;
  if (equals !== undefined && value !== equals) return false;
  return !(notEmpty && isEmpty(value));
}
