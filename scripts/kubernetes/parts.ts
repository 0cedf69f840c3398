/**
 * A container as both sides see it: `field → value` as text, so that comparing is a matter of keys. Fields: image, args,
 * env.NAME, user, port.N, health, memory (bytes), cpus, temporary.PATH, configuration.PATH (SHA-256) …
 */
export type Part = ReadonlyMap<string, string>;
/** By the name of the Compose service, which is the name of the container in Kubernetes. */
export type Parts = ReadonlyMap<string, Part>;

/** What differs in one field. `undefined`: that side does not have it. */
export interface Difference {
  readonly part: string;
  readonly field: string;
  readonly compose: string | undefined;
  readonly kubernetes: string | undefined;
}

/** A part that only one side has is one difference, in the field `part`. */
export function differences(compose: Parts, kubernetes: Parts): Difference[] {
  const found: Difference[] = [];
  for (const part of new Set([...compose.keys(), ...kubernetes.keys()])) {
    const left = compose.get(part);
    const right = kubernetes.get(part);
    if (!left || !right) {
      found.push({ part, field: 'part', compose: left && 'there', kubernetes: right && 'there' });
      continue;
    }
    for (const field of new Set([...left.keys(), ...right.keys()])) {
      const [a, b] = [left.get(field), right.get(field)];
      if (a !== b) found.push({ part, field, compose: a, kubernetes: b });
    }
  }
  return found;
}

const shown = (value: string | undefined): string =>
  value === undefined ? 'nothing' : JSON.stringify(value);

export const describeDifference = ({ part, field, compose, kubernetes }: Difference): string =>
  `${part}: ${field} is ${shown(compose)} in compose.yaml and ${shown(kubernetes)} in Kubernetes`;
