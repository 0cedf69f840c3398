import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import { repositoryRoot } from '../../docker/repository.ts';
import { cell, code, page, table } from './markdown.ts';
import { commentsIn, type Variable, variablesOf } from './variables.ts';

const textOf = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

/** Where variables are defined that several services have. */
const shared = ['platform/config/values.ts', 'platform/config/identity.ts', 'platform/config/tls.ts'];

const row = ({ name, kind, preset, required, about }: Variable): string[] => [
  code(name),
  cell(kind),
  required ? '**has to be set**' : preset === undefined ? '' : code(preset === '' ? '(empty)' : preset),
  cell(about),
];

/** The settings of `.env`: each with the comment above it. */
export function dotenvRows(text: string): string[][] {
  const rows: string[][] = [];
  let comment: string[] = [];
  for (const line of text.split('\n')) {
    const [, name = '', value = ''] = /^([A-Z][A-Z0-9_]*)=(.*)$/.exec(line) ?? [];
    if (line.startsWith('#')) comment.push(line.replace(/^#\s?/, ''));
    else if (name === '') comment = [];
    else {
      rows.push([code(name), code(value), cell(comment.join(' '))]);
      comment = [];
    }
  }
  return rows;
}

/** What can be set, of the stack and of each service. */
export async function configurationReference(): Promise<string> {
  const files = globSync('services/**/config.ts', { cwd: repositoryRoot }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  const parts: string[] = [];
  for (const file of files.toSorted()) {
    const module = (await import(pathToFileURL(join(repositoryRoot, file)).href)) as { schema?: z.ZodType };
    if (!module.schema) continue;
    const comments = commentsIn([...shared, file].map(textOf));
    const name = file.replace(/^services\//, '').replace(/\/config\.ts$/, '');
    const variables = variablesOf(module.schema, comments);
    parts.push(
      `## ${name}\n\n${table(['variable', 'kind', 'unless set', 'what it is'], variables.map(row))}`,
    );
  }
  return page(
    'Configuration',
    '.env and services/*/config.ts',
    'Services read environment variables. A wrong or missing one ends the service at its start, with its name. `NAME_FILE` stands for the content of a file: secrets come that way. An empty variable counts as unset. Durations are written `500ms`, `30s`, `5m` or `1h`. Standard `OTEL_*` variables apply besides.',
    `## The stack\n\nIn \`.env\`; variables of the shell win.\n\n${table(['variable', 'value', 'what it is'], dotenvRows(textOf('.env')))}`,
    ...parts,
  );
}
