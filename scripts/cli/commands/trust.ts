import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { repositoryRoot } from '../../docker/repository.ts';
import { readAuthority } from '../../stack/authority.ts';
import { parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import { findPlace } from '../../trust/find-place.ts';
import { trustStores } from '../../trust/stores.ts';
import { changeStores, showOutcome } from '../../trust/trust.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';
import { UserError } from '../user-error.ts';

/** Where curl and others find the authority: `curl --cacert .coffee/ca.crt`. */
export const authorityFile = join(repositoryRoot, '.coffee', 'ca.crt');

/** Writes the authority's certificate, which is no secret, for other programs of this machine. */
export async function writeAuthority(signal: AbortSignal): Promise<void> {
  const authority = await readAuthority(await readSettings(), signal);
  if (authority === undefined)
    throw new UserError('TLS is off: there is no authority.', 'Set COFFEE_TLS=on in .env and start again.');
  await mkdir(dirname(authorityFile), { recursive: true });
  await writeFile(authorityFile, authority);
}

export const command: Command = {
  summary: "Let this machine's browsers trust the platform's certificates (--remove: no longer)",
  usage: `Usage: ./coffee trust [--remove]

Adds the platform's own authority to the stores of trusted authorities: that of the system, and those of Firefox and
Chromium of this user (certutil of libnss3-tools does that). What it may not change it names, with the commands for it.
Whoever has the volume "authority" can then pretend to be any site towards this machine's browsers: keep it to yourself.
Our own commands don't need it: they take the authority from the running stack, and other programs can take .coffee/ca.crt.

  --remove   take it out of all of them again`,

  async run(args, signal) {
    const { values } = parseFlags('trust', args, { remove: { type: 'boolean', default: false } });
    const what = values.remove ? 'remove' : 'add';
    if (what === 'add') await writeAuthority(signal);
    const stores = trustStores(authorityFile, await findPlace());
    const outcome = await changeStores(stores, what, { root: process.getuid?.() === 0, signal });
    showOutcome(outcome, what);
    say(what === 'add' ? 'Undo it with ./coffee trust --remove.' : 'Restart browsers that are open.');
    return outcome.left.length > 0 ? 1 : 0;
  },
};
