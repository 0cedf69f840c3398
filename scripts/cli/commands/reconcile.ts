import { relative, resolve } from 'node:path';
import { ChainEvidence } from '../../reconcile/chain-evidence.ts';
import { latestJournal, readJournal } from '../../reconcile/read-journal.ts';
import { reconcile } from '../../reconcile/reconcile.ts';
import { isClean, reportLines, reportOf } from '../../reconcile/report.ts';
import { tellFindings } from '../../reconcile/tell-findings.ts';
import { readAuthority } from '../../stack/authority.ts';
import { connectDatabase } from '../../stack/database.ts';
import { durationFlag, parseFlags } from '../../stack/flags.ts';
import { kafkaAccess } from '../../stack/kafka.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { step } from '../progress.ts';

export const command: Command = {
  summary: 'Compare the journal with Kafka and PostgreSQL: lost, duplicated, stuck',
  usage: `Usage: ./coffee reconcile [options]

Starts from the answers that clients got and reads Kafka and PostgreSQL completely. Lost: accepted, but without its
command, order or event, or not as in the receipt. Duplicated: more than one effect. Stuck: neither done nor moved for
60 s. Waits for what still moves. Exit code 1 on any finding.

  --journal FILE   the journal, or "latest" (latest)
  --timeout TIME   how long to wait for what still moves (90s)
  --json           the whole report as JSON on standard output`,

  async run(args, signal) {
    const { values } = parseFlags('reconcile', args, {
      journal: { type: 'string', default: 'latest' },
      timeout: { type: 'string', default: '90s' },
      json: { type: 'boolean', default: false },
    });
    const timeoutMs = durationFlag('timeout', values.timeout);
    const path = values.journal === 'latest' ? await latestJournal() : resolve(values.journal);
    const journal = await readJournal(path);
    const settings = await readSettings();
    const kafka = await kafkaAccess(settings, signal);
    const database = await connectDatabase(settings, signal);
    try {
      const comparison = await step(`Comparing ${relative(process.cwd(), path)}`, ({ note }) => {
        const onMoving = (count: number): void => note(`${count} orders are still moving`);
        const chain = new ChainEvidence(settings, signal);
        return reconcile({ journal, kafka, database, chain, timeoutMs, signal, onMoving });
      });
      const report = reportOf(comparison, journal);
      if (values.json) console.log(JSON.stringify(report, undefined, 2));
      else for (const line of reportLines(report, journal)) console.log(line);
      await tellFindings(settings.collectorUrl, await readAuthority(settings, signal), report);
      return isClean(report) ? 0 : 1;
    } finally {
      await database.destroy();
    }
  },
};
