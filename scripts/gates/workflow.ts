import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';

const permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));
const step = z.object({
  id: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).default({}),
});
const job = z.object({
  if: z.string().optional(),
  uses: z.string().optional(),
  'timeout-minutes': z.int().optional(),
  permissions: permissions.optional(),
  environment: z.string().optional(),
  strategy: z.object({ matrix: z.record(z.string(), z.unknown()) }).optional(),
  needs: z.union([z.string(), z.array(z.string())]).optional(),
  secrets: z.record(z.string(), z.string()).optional(),
  steps: z.array(step).default([]),
});

/** A workflow of GitHub Actions, as far as it is looked at here. https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax */
const schema = z.object({
  name: z.string(),
  permissions,
  concurrency: z.object({ group: z.string() }),
  jobs: z.record(z.string(), job),
  on: z.looseObject({
    workflow_call: z.looseObject({ secrets: z.record(z.string(), z.unknown()) }).optional(),
  }),
});

export type Job = z.output<typeof job>;
export interface Workflow extends z.output<typeof schema> {
  /** `ci`, of ci.yml */
  readonly id: string;
  readonly text: string;
}

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

/** @throws ZodError naming what a workflow lacks: permissions, concurrency */
export const parseWorkflow = (id: string, text: string): Workflow => ({
  ...schema.parse(parse(text)),
  id,
  text,
});

export const workflows: readonly Workflow[] = globSync('.github/workflows/*.yml', { cwd: repositoryRoot })
  .sort()
  .map((path) => parseWorkflow(basename(path, '.yml'), read(path)));

/** Actions of ours, as text, by path. */
export const actions: ReadonlyMap<string, string> = new Map(
  globSync('.github/actions/*/action.yml', { cwd: repositoryRoot }).map((path) => [path, read(path)]),
);

/** The commands of this repository that a step's script calls: `./coffee ci --strict lint`, `npm run lint`, `./scripts/a.sh`. */
export const ownCommands = (script: string): string[] =>
  [...script.matchAll(/(?:\.\/coffee|npm run|\.\/scripts\/[\w./-]+)[^|)\n;&>]*/g)].map(([command]) =>
    command.trim(),
  );
