import { join } from 'node:path';
import { repositoryRoot } from '../docker/repository.ts';

export const journals = join(repositoryRoot, '.coffee', 'journals');

/** Where a new journal goes: the newest is the last by name. @param what of which it tells, besides customers */
export function newJournalPath(what?: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, '-');
  return join(journals, `${time}${what ? `-${what}` : ''}.jsonl`);
}
