import { mutationParts } from '../mutations/suite.ts';
import { agents } from './agents.ts';
import { alerts } from './alerts.ts';
import { bareMachine } from './bare-machine.ts';
import { chaos } from './chaos.ts';
import { cluster } from './cluster.ts';
import { deployments } from './deployments.ts';
import { docs } from './docs.ts';
import { e2e } from './e2e.ts';
import { fuzz } from './fuzz.ts';
import { kill } from './kill.ts';
import { plaintext } from './plaintext.ts';
import { regions } from './regions.ts';
import { rotation } from './rotation.ts';
import { scaffold } from './scaffold.ts';
import { settlement } from './settlement.ts';
import { start } from './start.ts';
import type { Suite } from './suite.ts';
import { telemetry } from './telemetry.ts';
import { telemetryOutages } from './telemetry-outages.ts';
import { upgrade } from './upgrade.ts';

/** All long suites, in the order in which they run. */
export const suites: readonly Suite[] = [
  kill,
  chaos,
  settlement,
  upgrade,
  agents,
  fuzz,
  rotation,
  start,
  plaintext,
  telemetry,
  telemetryOutages,
  alerts,
  docs,
  e2e,
  scaffold,
  cluster,
  deployments,
  regions,
  ...mutationParts,
  bareMachine,
];
