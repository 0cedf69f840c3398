import { writeFile } from 'node:fs/promises';
import { ensureEngine } from '../../docker/engine.ts';
import { rotate } from '../../secrets/rotate.ts';
import { inWords, toSarif } from '../../secrets/sarif.ts';
import { scanHistory } from '../../secrets/scan-history.ts';
import { decryptSecrets, encryptSecrets } from '../../secrets/sops.ts';
import { parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

async function rotateNow(authority: boolean, signal: AbortSignal): Promise<void> {
  const what = authority ? 'authority' : 'certificates';
  const settings = await readSettings();
  await step(`Rotating: ${what}`, () => rotate(what, settings, signal));
  say('Every part takes what is new within a minute. docs/security.md says what follows.');
}

/** @returns the exit code: 1 when something was found */
async function scan(sarif: string | undefined, signal: AbortSignal): Promise<number> {
  await ensureEngine(signal);
  const found = await scanHistory(signal);
  if (sarif !== undefined) await writeFile(sarif, JSON.stringify(toSarif(found)));
  for (const secret of found) say(`✗ ${inWords(secret)}`);
  say(
    found.length === 0
      ? "No secret that works is in Git's history."
      : 'Have them withdrawn where they are from.',
  );
  return found.length === 0 ? 0 : 1;
}

export const command: Command = {
  summary: 'Replace certificates or the authority while everything runs; encrypt Secrets for Git',
  usage: `Usage: ./coffee secrets rotate [--authority]
       ./coffee secrets encrypt FILE --to AGE_RECIPIENT
       ./coffee secrets decrypt FILE
       ./coffee secrets scan [--sarif FILE]

rotate    replaces the certificates of all parts now. They are renewed before they end, by themselves; this is for when one
          of their keys may be known to somebody.
encrypt   writes manifests of Kubernetes Secrets with their values encrypted (SOPS, age) to standard output
decrypt   writes them as they were, for kubectl apply --filename -; SOPS_AGE_KEY_FILE names the key
scan      searches Git's history for secrets and asks whoever gave them out whether they work (TruffleHog); needs the Internet

  --authority   the authority instead, in two steps: the first run makes the next one known to every part; the second
                run, a minute later, makes certificates with it. The collector is started again
  --to KEY      who may decrypt: a public key of age, any number of times
  --sarif FILE  where the findings are written for code scanning`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'secrets',
      args,
      {
        authority: { type: 'boolean', default: false },
        to: { type: 'string', multiple: true },
        sarif: { type: 'string' },
      },
      true,
    );
    const [action = '', file] = positionals;
    const needed = (): string => {
      if (file) return file;
      throw new UserError(`What shall be ${action}ed?`, 'Name the file with the Secrets.');
    };
    if (action === 'scan') return scan(values.sarif, signal);
    if (action === 'rotate') await rotateNow(values.authority, signal);
    else if (action === 'encrypt') {
      if (!values.to) throw new UserError('Nobody could decrypt it.', 'Name who may, with --to age1…');
      process.stdout.write(await encryptSecrets(needed(), values.to, signal));
    } else if (action === 'decrypt') process.stdout.write(await decryptSecrets(needed(), signal));
    else
      throw new UserError(
        `"${action}" is nothing to do with secrets.`,
        'Give one of rotate, encrypt, decrypt, scan.',
      );
    return 0;
  },
};
