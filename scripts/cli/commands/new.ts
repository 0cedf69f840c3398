import { repositoryRoot } from '../../docker/repository.ts';
import { check } from '../../docker/run.ts';
import { planService, writeChanges } from '../../scaffold/scaffold.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

export const command: Command = {
  summary: 'Make a new service that runs, is tested, traced and deployed: new service NAME',
  usage: `Usage: ./coffee new service NAME

Makes services/NAME with one route and its tests, and adds it to everything that knows services: certificates, the image,
Compose, Kustomize, Helm, network policies, health checks, the telemetry's schema, dashboards, contracts. It passes
./coffee test as it is. NAME is in lower case, with hyphens between words: loyalty-points.`,

  async run(args, signal) {
    const { positionals } = parseFlags('new', args, {}, true);
    const [what, name, ...rest] = positionals;
    if (what !== 'service' || name === undefined || rest.length > 0)
      throw new UserError('What is to be made?', './coffee new service NAME');
    const { service, port, changes } = planService(repositoryRoot, name);
    await step(`Writing ${changes.size} files`, async () => writeChanges(repositoryRoot, changes));
    await step('Writing what is made of them', async ({ note }) => {
      const options = { cwd: repositoryRoot, signal, onLine: note };
      // Another process: this one has read compose.yaml's parts as they were.
      await check(process.execPath, ['scripts/cli/main.ts', 'sync'], options);
      await check(process.execPath, ['scripts/cli/main.ts', 'docs', 'reference'], options);
      const paths = [...changes.keys()].filter((path) => /\.(ts|json)$/.test(path));
      await check('node_modules/.bin/biome', ['check', '--write', ...paths], options);
    });
    say(`services/${service.kebab} is there: git diff shows what is new besides. Next:
  ./coffee test unit
  ./coffee up                     https://localhost:${port}/docs
  ./coffee dev ${service.kebab}`);
    return 0;
  },
};
