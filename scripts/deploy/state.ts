import { z } from 'zod';
import { colours } from '#platform/database/active-colour.ts';
import type { Api, KubeObject } from './api.ts';

/** The steps in their order; a deployment that was killed goes on with the one that it was at. */
export const stepNames = [
  'prepare',
  'migrate',
  'candidate',
  'smoke',
  'switch',
  'watch',
  'keep',
  'retire',
] as const;
export type StepName = (typeof stepNames)[number];

export const deploymentState = z.object({
  /** Of this deployment, in the names of its Jobs. */
  id: z.string(),
  environment: z.string(),
  /** What is deployed. */
  image: z.string(),
  from: z.enum(colours),
  to: z.enum(colours),
  /** On an empty cluster: there is nothing beside it, and nothing to go back to. */
  first: z.boolean().default(false),
  phase: z.enum(['forward', 'back', 'done', 'rolled back']),
  step: z.enum(stepNames),
  /** The services of the version that runs, and of the one that is deployed. */
  before: z.array(z.string()).default([]),
  after: z.array(z.string()).default([]),
  /** Why it went back. */
  reason: z.string().optional(),
  journal: z.array(z.object({ at: z.string(), what: z.string() })),
});
export type DeploymentState = z.infer<typeof deploymentState>;

const name = 'deployment';
const journalLength = 200;

export const isUnderWay = ({ phase }: DeploymentState): boolean => phase === 'forward' || phase === 'back';

/** The latest deployment, in a ConfigMap: whoever goes on with it finds all there. */
export class StateStore {
  readonly #api: Api;

  constructor(api: Api) {
    this.#api = api;
  }

  async load(): Promise<DeploymentState | undefined> {
    const map = await this.#api.get<KubeObject>('configmap', name);
    const text = map?.data?.state;
    return text === undefined ? undefined : deploymentState.parse(JSON.parse(text));
  }

  async save(state: DeploymentState): Promise<void> {
    const kept = { ...state, journal: state.journal.slice(-journalLength) };
    const data = { state: JSON.stringify(kept, undefined, 2) };
    const { namespace } = this.#api;
    await this.#api.apply([{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data }]);
  }
}
