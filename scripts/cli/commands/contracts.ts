import { platformVersion } from '../../contracts/platform-version.ts';
import { recordSamples } from '../../contracts/record-samples.ts';
import { writeSamples } from '../../contracts/sample.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';

export const command: Command = {
  summary: 'Record samples of the messages of this version',
  usage: `Usage: ./coffee contracts

Writes contracts/samples: every kind of message as this version encodes it, by the code that encodes it. Later versions
have to read them. What earlier versions wrote stays as it is.`,

  async run(args) {
    parseFlags('contracts', args, {});
    const version = await platformVersion();
    const samples = await recordSamples(version);
    await writeSamples(samples);
    say(`${samples.length} samples of version ${version} written to contracts/samples.`);
    return 0;
  },
};
