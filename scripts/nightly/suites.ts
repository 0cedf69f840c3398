import { bareMachine } from './bare-machine.ts';
import { cluster } from './cluster.ts';
import { kill } from './kill.ts';
import { start } from './start.ts';
import type { Suite } from './suite.ts';

/** All long suites, in the order in which they run. */
export const suites: readonly Suite[] = [kill, start, cluster, bareMachine];
