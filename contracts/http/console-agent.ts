import { z } from 'zod';
import { logQuery } from './console.ts';

/** What the process on the developer's machine does for the console: what needs Docker, or ./coffee. */

const partName = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'is no name of a part');

export const agentResource = z.object({
  name: partName,
  image: z.string(),
  /** As Docker says: `running`, `exited`, `restarting` … */
  state: z.string(),
  /** Null without a health check. */
  health: z.string().nullable(),
  restarts: z.int(),
  startedAt: z.iso.datetime({ offset: true }).nullable(),
  /** On this machine. */
  ports: z.array(z.int()),
  /** Values that may be secrets are masked. */
  environment: z.record(z.string(), z.string()),
});
export const agentResources = z.object({ resources: z.array(agentResource) });
export type AgentResource = z.infer<typeof agentResource>;

/** Asks as the console is asked for lines of Loki; a part of the stack by its name. */
export const containerLogQuery = logQuery.extend({ service: partName.optional() });
export type ContainerLogQuery = z.infer<typeof containerLogQuery>;

export const resourceAction = z.enum(['start', 'stop', 'restart']);
export const resourceParams = z.strictObject({ name: partName, action: resourceAction });

/** What can be broken on purpose: the faults of `./coffee fault`, a reorganisation of the chain, a model that does not answer. */
const ofCommand = ['latency', 'reset', 'cut', 'partition', 'kill', 'pause', 'slow-disk'] as const;
export const faultKind = z.enum([...ofCommand, 'chain-reorg', 'model-timeout']);
export type AgentFaultKind = z.infer<typeof faultKind>;

/** Faults of the chain and of the model are of one part each: whichever is named is not looked at. */
export const faultRequest = z.strictObject({
  kind: faultKind,
  service: partName,
  /** How long it lasts. */
  seconds: z.int().min(1).max(3_600),
});

export const agentFault = z.object({
  id: z.uuid(),
  title: z.string(),
  kind: faultKind,
  service: z.string(),
  startedAt: z.iso.datetime(),
  /** Null while it lasts. */
  endedAt: z.iso.datetime().nullable(),
  /** What went wrong with it. */
  problem: z.string().nullable(),
});
export const agentFaults = z.object({ faults: z.array(agentFault) });
export type AgentFaults = z.infer<typeof agentFaults>;

export const trafficRequest = z.strictObject({
  /** Customers a second. */
  rate: z.number().min(0.1).max(1_000),
  seconds: z.int().min(1).max(3_600),
  /** How many pay on the local chain, 0 to 1. */
  cryptoShare: z.number().min(0).max(1).default(0),
});

export const agentTraffic = z.object({
  running: z.boolean(),
  startedAt: z.iso.datetime().nullable(),
  /** The last lines that it said. */
  lines: z.array(z.string()),
});
export type AgentTraffic = z.infer<typeof agentTraffic>;

export const chaosRequest = z.strictObject({
  /** Repeats a run; drawn when it is not told. */
  seed: z
    .int()
    .min(0)
    .max(2 ** 32 - 1)
    .optional(),
  /** Customers a second. */
  rate: z.number().min(1).max(500),
  /** How long customers come: a fault begins every 20 s, the last one 20 s before the end. */
  seconds: z.int().min(40).max(3_600),
  /** Kinds of faults that this machine can't make. */
  without: z.array(z.enum(ofCommand)).max(ofCommand.length).default([]),
});

/** What reconciliation says when the customers have gone. */
export const chaosVerdict = z.object({
  accepted: z.int(),
  lost: z.int(),
  duplicated: z.int(),
  stuck: z.int(),
  servedUnpaid: z.int(),
  /** Whatever was not as it must be, as sentences. */
  findings: z.array(z.string()),
});
export const agentChaos = z.object({
  /** `stopped`: before its end; `failed`: with findings, or without a verdict. */
  state: z.enum(['never', 'running', 'passed', 'failed', 'stopped']),
  seed: z.int().nullable(),
  startedAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
  verdict: chaosVerdict.nullable(),
  /** The last lines that it said. */
  lines: z.array(z.string()),
});
export type AgentChaos = z.infer<typeof agentChaos>;

const letter = z.string().regex(/^[\w.-]{1,249}\/\d{1,6}\/\d{1,19}$/, 'is no topic/partition/offset');
export const replayRequest = z.strictObject({ letters: z.array(letter).min(1).max(100) });

/** What a command of ./coffee came to. */
export const commandOutcome = z.object({ succeeded: z.boolean(), lines: z.array(z.string()) });
export type CommandOutcome = z.infer<typeof commandOutcome>;

export const agentReport = z.object({
  /** `order traffic`, `chaos` … */
  title: z.string(),
  at: z.string(),
  passed: z.boolean(),
  summary: z.string(),
});
export const agentReports = z.object({ reports: z.array(agentReport) });
export type AgentReports = z.infer<typeof agentReports>;
