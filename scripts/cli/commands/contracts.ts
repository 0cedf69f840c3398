import { lastRelease, unacceptedBreaks, writeRelease } from '../../contracts/compatibility/releases.ts';
import { servedDocuments } from '../../contracts/documents.ts';
import { platformVersion } from '../../contracts/platform-version.ts';
import { recordSamples } from '../../contracts/record-samples.ts';
import { writeSamples } from '../../contracts/sample.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';

export const command: Command = {
  summary: 'Record samples of messages, compare and keep the API documents',
  usage: `Usage: ./coffee contracts [--release | --solidity]

Writes contracts/samples: every kind of message as this version encodes it, by the code that encodes it. Later versions
have to read them; what earlier versions wrote stays as it is. Then lists what breaks a partner who goes by the last
release and was not decided on: ./coffee test fails by it.

  --release   also keeps the API documents of this version in contracts/released: from then on they are what is compared
  --solidity  does nothing of that: compiles services/web3-payment/contracts into its folder compiled/`,

  async run(args) {
    const { values } = parseFlags('contracts', args, {
      release: { type: 'boolean', default: false },
      solidity: { type: 'boolean', default: false },
    });
    if (values.solidity) {
      // The compiler is several megabytes, and this the only place that needs it.
      const { writeArtifacts } = await import('../../solidity/artifacts.ts');
      say(`${writeArtifacts()} contracts compiled.`);
      return 0;
    }
    const version = await platformVersion();
    const samples = await recordSamples(version);
    await writeSamples(samples);
    say(`${samples.length} samples of version ${version} written to contracts/samples.`);
    const documents = await servedDocuments();
    const release = await lastRelease();
    const breaks = unacceptedBreaks(release, documents);
    for (const what of breaks) console.log(what);
    say(`${breaks.length} breaks since version ${release.version}.`);
    if (values.release) {
      await writeRelease({ version, documents });
      say(`The documents of version ${version} are kept in contracts/released.`);
    }
    return 0;
  },
};
