import { writeFile } from 'node:fs/promises';
import { toCsv, toParquet } from '../../export/formats.ts';
import { type ExportTable, exportTables, readTable } from '../../export/tables.ts';
import { connectDatabase } from '../../stack/database.ts';
import { parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';
import { UserError } from '../user-error.ts';

const tables = Object.entries(exportTables)
  .map(([name, { summary }]) => `    ${name.padEnd(10)} ${summary}`)
  .join('\n');

export const command: Command = {
  summary: 'Write the history of hours or days to CSV or Parquet',
  usage: `Usage: ./coffee export [TABLE] [options]

Writes what the streams service keeps for ever: everything that happened in each hour or day (UTC). Tables:
${tables}

  --grain WHAT    hour or day; day unless told
  --from TIME     as 2026-01-31 or 2026-01-31T08:00:00Z; the beginning unless told
  --until TIME    likewise, not included; the end unless told
  --format WHAT   csv or parquet; csv unless told
  --output FILE   where to; standard output unless told (CSV only)`,

  async run(args, signal) {
    const options = {
      grain: { type: 'string', default: 'day' },
      from: { type: 'string', default: '1970-01-01' },
      until: { type: 'string', default: '9999-12-31' },
      format: { type: 'string', default: 'csv' },
      output: { type: 'string' },
    } as const;
    const { values, positionals } = parseFlags('export', args, options, true);
    const table = oneOf('The table', positionals[0] ?? 'history', Object.keys(exportTables)) as ExportTable;
    const grain = oneOf('--grain', values.grain, ['hour', 'day']) as 'hour' | 'day';
    const format = oneOf('--format', values.format, ['csv', 'parquet']);
    const range = { grain, from: timeOf('--from', values.from), until: timeOf('--until', values.until) };
    if (format === 'parquet' && values.output === undefined)
      throw new UserError('Parquet is no text for a terminal.', 'Say where it goes to: --output FILE.');
    const database = await connectDatabase(await readSettings(), signal);
    try {
      const columns = await readTable(database, table, range);
      const content = format === 'csv' ? toCsv(columns) : await toParquet(columns);
      if (values.output === undefined) process.stdout.write(content);
      else {
        await writeFile(values.output, content);
        say(`✓ ${columns[0]?.values.length ?? 0} rows of ${table} are in ${values.output}.`);
      }
    } finally {
      await database.destroy();
    }
    return 0;
  },
};

function oneOf(what: string, value: string, allowed: readonly string[]): string {
  if (allowed.includes(value)) return value;
  throw new UserError(`${what} is "${value}".`, `Give one of ${allowed.join(', ')}.`);
}

function timeOf(flag: string, text: string): Date {
  const time = new Date(text);
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(time.getTime())) return time;
  throw new UserError(
    `${flag} is "${text}", which is no time.`,
    'Give one as 2026-01-31 or 2026-01-31T08:00:00Z.',
  );
}
