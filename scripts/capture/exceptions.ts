import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { repositoryRoot } from '../docker/repository.ts';

const file = 'docs/plaintext.yaml';

const schema = z.array(
  z.strictObject({
    /** The service of compose.yaml that is called, or `outside` of the networks. */
    to: z.string().min(1),
    port: z.number().int().positive(),
    reason: z.string().min(20, 'must be a sentence'),
  }),
);

export type Exceptions = z.infer<typeof schema>;

/** What may be plaintext between containers, each with its reason. @throws when the file is not as it must be */
export const readExceptions = async (): Promise<Exceptions> =>
  parseExceptions(await readFile(join(repositoryRoot, file), 'utf8'));

export const parseExceptions = (text: string): Exceptions => schema.parse(parse(text));
