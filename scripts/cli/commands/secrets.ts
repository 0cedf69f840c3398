import { rotate } from '../../secrets/rotate.ts';
import { parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

export const command: Command = {
  summary: 'Replace the certificates of all parts, or the authority, while everything runs',
  usage: `Usage: ./coffee secrets rotate [--authority]

Certificates are renewed before they end, by themselves; this is for when one of their keys may be known to somebody.

  --authority   the authority instead, in two steps: the first run makes the next one known to every part; the second
                run, a minute later, makes certificates with it`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'secrets',
      args,
      { authority: { type: 'boolean', default: false } },
      true,
    );
    if (positionals.join(' ') !== 'rotate')
      throw new UserError(`"${positionals.join(' ')}" is nothing to do with secrets.`, 'Give: rotate.');
    const what = values.authority ? 'authority' : 'certificates';
    const settings = await readSettings();
    await step(`Rotating: ${what}`, () => rotate(what, settings, signal));
    say('Every part takes what is new within a minute. docs/security.md says what follows.');
    return 0;
  },
};
