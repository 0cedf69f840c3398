import { type Gate, inWords } from './gate.ts';

const cell = (text: string): string => text.replaceAll('|', '\\|');

/** The gates as a table in Markdown. */
export function gateTable(gates: readonly Gate[]): string {
  const rows = gates.map(({ name, subject, holds, limits = [], command, workflow, job }) => {
    const what = [holds, ...limits.map(inWords)].join('; ');
    const place = `[${workflow}](../.github/workflows/${workflow}.yml): ${job}`;
    return `| ${[name, subject, what, command ? `\`${command}\`` : 'on GitHub only', place].map(cell).join(' | ')} |`;
  });
  return ['| gate | about | what must hold | command | enforced by |', '|---|---|---|---|---|', ...rows].join(
    '\n',
  );
}
