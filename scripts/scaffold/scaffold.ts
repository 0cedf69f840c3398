import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { UserError } from '../cli/user-error.ts';
import { applyEdit, type Edit } from './edit.ts';
import {
  disruptionBudget,
  kubernetesEdits,
  manifestOf,
  model,
  modelManifests,
  networkPolicy,
} from './kubernetes-edits.ts';
import { platformEdits } from './platform-edits.ts';
import { type ServiceName, serviceName } from './service-name.ts';
import { sourceFiles } from './source-files.ts';

/** The files that a new service adds or changes, by path from the repository's root. */
export type Changes = ReadonlyMap<string, string>;

// The services' own: 8080 is the producer's.
const firstPort = 8080;
const lastPort = 8199;

/** The first port of the services' that .env gives to nobody. */
export function freePort(dotenv: string): number {
  const used = new Set(Object.entries(parseEnv(dotenv)).map(([, value]) => Number(value)));
  for (let port = firstPort; port <= lastPort; port += 1) if (!used.has(port)) return port;
  throw new UserError(`All ports from ${firstPort} to ${lastPort} are taken.`, 'Free one in .env.');
}

/** Names that are of something: services of compose.yaml, folders, and people who talk to nobody. */
function takenNames(root: string): string[] {
  const { services } = parse(readFileSync(join(root, 'compose.yaml'), 'utf8'), { merge: true }) as {
    services: Record<string, unknown>;
  };
  return [...Object.keys(services), 'host', 'postgres-backup', 'authority', 'service', 'tools'];
}

/** Everything that makes a service of that name a part of the platform; `./coffee sync` makes the rest of it. */
export function planService(
  root: string,
  name: string,
): { service: ServiceName; port: number; changes: Changes } {
  const service = serviceName(name, takenNames(root));
  if (existsSync(join(root, 'services', service.kebab)))
    throw new UserError(`services/${service.kebab} is there already.`, 'Give another name.');
  const textOf = (path: string): string => readFileSync(join(root, path), 'utf8');
  const port = freePort(textOf('.env'));
  const changes = sourceFiles(service);
  for (const file of modelManifests) {
    const manifest = manifestOf(service.kebab, textOf(`k8s/base/${model}/${file}`));
    changes.set(`k8s/base/${service.kebab}/${file}`, manifest);
  }
  changes.set(`k8s/components/network-policies/${service.kebab}.yaml`, networkPolicy(service.kebab));
  const budgets = 'k8s/components/pdb';
  changes.set(
    `${budgets}/${service.kebab}.yaml`,
    disruptionBudget(service.kebab, textOf(`${budgets}/${model}.yaml`)),
  );
  const edits: Edit[] = [...platformEdits(service, port), ...kubernetesEdits(service)];
  for (const edit of edits)
    changes.set(edit.path, applyEdit(changes.get(edit.path) ?? textOf(edit.path), edit));
  return { service, port, changes };
}

export function writeChanges(root: string, changes: Changes): void {
  for (const [path, content] of changes) {
    const target = join(root, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, content);
  }
}
