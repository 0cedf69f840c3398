import { askPrometheus, breaches, objectives } from '../../smoke/objectives.ts';
import { smoke } from '../../smoke/smoke.ts';
import { readAuthority } from '../../stack/authority.ts';
import { parseEntrance } from '../../stack/entrance.ts';
import { integerFlag, parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

export const command: Command = {
  summary: 'Try in seconds whether the running stack works, and whether its objectives hold',
  usage: `Usage: ./coffee smoke [options]

Asks for orders many times, orders something and has it served, and asks the other services. Exit code 1 when an answer is
not 200, when it is slow, or when the order does not arrive. Deployments and CI run this before anybody relies on a version.

  --requests N       how often orders are asked for (100)
  --p95 MS           the slowest P95 that passes (500)
  --through WHAT     edge, as clients do, or producer, past it (edge)
  --objectives N     instead: whether objectives held in the last N minutes, as Prometheus has it
  --measured         with --objectives: nothing measured is a failure too, since somebody has asked`,

  async run(args, signal) {
    const { values } = parseFlags('smoke', args, {
      requests: { type: 'string', default: '100' },
      p95: { type: 'string', default: '500' },
      through: { type: 'string', default: 'edge' },
      objectives: { type: 'string' },
      measured: { type: 'boolean', default: false },
    });
    const slowestMs = integerFlag('p95', values.p95, { least: 1, most: 60_000 });
    const settings = await readSettings();
    if (values.objectives !== undefined) {
      const minutes = integerFlag('objectives', values.objectives, { least: 1, most: 60 });
      const authority = await readAuthority(settings, signal);
      const ask = (query: string): Promise<number | undefined> =>
        askPrometheus(settings.prometheusUrl, authority, query);
      const found = await step('Asking Prometheus', () =>
        breaches(objectives(minutes, slowestMs), ask, values.measured),
      );
      if (found.length > 0) throw new UserError(found.join('; '), 'Look at the traces of that time.');
      say(`All objectives held in the last ${minutes} minutes.`);
      return 0;
    }
    const requests = integerFlag('requests', values.requests, { least: 1, most: 10_000 });
    const through = parseEntrance(values.through);
    const { p95Ms, servedMs } = await step('Trying it', () =>
      smoke({ settings, signal, through, requests, slowestMs }),
    );
    say(
      `It works: ${requests} requests, P95 ${p95Ms.toFixed(1)} ms; an order served in ${servedMs.toFixed(0)} ms; every service answers.`,
    );
    return 0;
  },
};
