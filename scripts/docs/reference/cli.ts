import { type CommandName, commandSummaries, loadCommand } from '../../cli/commands.ts';
import { page } from './markdown.ts';

/** The command line, as `--help` tells it. */
export async function cliReference(): Promise<string> {
  const parts: string[] = [];
  for (const name of Object.keys(commandSummaries) as CommandName[]) {
    const { summary, usage } = await loadCommand(name);
    parts.push(`## coffee ${name}\n\n${summary}.\n\n\`\`\`text\n${usage}\n\`\`\``);
  }
  return page(
    'Command line',
    'scripts/cli/commands',
    '`./coffee help` lists all commands, `./coffee <command> --help` tells what stands here. Each ends with exit code 0 when it did what it was asked, with 1 when not, and with 2 for a command that does not exist. Ctrl-C stops it and undoes what must not stay.',
    ...parts,
  );
}
