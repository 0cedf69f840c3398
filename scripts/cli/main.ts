/** `coffee <command>`: finds the command, runs it, and turns whatever it ends with into output and an exit code. */
import { mustFinish } from '../docker/run.ts';
import { type Command, commandSummaries, isCommandName, loadCommand } from './commands.ts';
import { say } from './progress.ts';
import { suggest } from './suggestion.ts';
import { UserError } from './user-error.ts';

const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

function help(): string {
  const lines = Object.entries(commandSummaries).map(([name, summary]) => `  ${name.padEnd(10)} ${summary}`);
  return `Usage: ./coffee <command> [options]\n\n${lines.join('\n')}\n\n./coffee <command> --help tells more about one of them.`;
}

function unknown(name: string): number {
  const meant = suggest(name, Object.keys(commandSummaries));
  say(`Unknown command "${name}".${meant ? ` Did you mean "${meant}"?` : ''}`);
  say('  ./coffee help lists all commands.');
  return 2;
}

/** The first signal asks the command to stop; a second one does not wait for it, unless packages are being installed. */
function abortOnSignals(controller: AbortController): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) {
        if (!mustFinish()) process.exit(exitCodes[name]);
        return say('Packages are being installed, which is not left half done. It stops after that.');
      }
      say(`\nStopping (${name}); once more to stop at once.`);
      controller.abort(name);
    });
  }
}

function interruptedBy(signal: AbortSignal): number {
  return signal.reason === 'SIGTERM' ? exitCodes.SIGTERM : exitCodes.SIGINT;
}

function report(error: unknown): number {
  if (error instanceof UserError) {
    say(`\n${error.message}\n  ${error.remedy.replaceAll('\n', '\n  ')}`);
  } else {
    say(`\nUnexpected error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (error instanceof Error && error.cause) say(`Caused by: ${String(error.cause)}`);
  }
  return 1;
}

async function run(command: Command, args: string[]): Promise<number> {
  const controller = new AbortController();
  abortOnSignals(controller);
  try {
    const code = await command.run(args, controller.signal);
    return controller.signal.aborted ? interruptedBy(controller.signal) : code;
  } catch (error) {
    // What fails because it was told to stop is no news.
    return controller.signal.aborted ? interruptedBy(controller.signal) : report(error);
  }
}

async function main([name = 'help', ...args]: string[]): Promise<number> {
  if (['help', '--help', '-h'].includes(name)) {
    if (args[0] && isCommandName(args[0])) return main([args[0], '--help']);
    console.log(help());
    return 0;
  }
  if (!isCommandName(name)) return unknown(name);
  try {
    const command = await loadCommand(name);
    if (args.includes('--help') || args.includes('-h')) {
      console.log(`${command.summary}\n\n${command.usage}`);
      return 0;
    }
    return await run(command, args);
  } catch (error) {
    return report(error);
  }
}

process.exit(await main(process.argv.slice(2)));
