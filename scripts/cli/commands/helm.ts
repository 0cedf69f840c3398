import { releaseChart } from '../../helm/releases.ts';
import { packageChart, serveCharts } from '../../helm/repository.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const defaultPort = 8879;

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port > 0 && port <= 65_535) return port;
  throw new UserError(`"${text}" is no port.`, 'Give --port a number from 1 to 65535.');
}

export const command: Command = {
  summary: 'Package the Helm chart as a repository, and serve it on this machine',
  usage: `Usage: ./coffee helm package
       ./coffee helm serve [--port PORT]
       ./coffee helm release

  package  writes the chart's archive and its index.yaml to .coffee/helm/repository, for any web server; helm push takes the
           archive to an OCI registry
  serve    does so and serves it on the loopback, for: helm repo add go-coffee http://127.0.0.1:${defaultPort}
  release  keeps in helm/released what later versions of the chart must be able to upgrade from

  --port PORT   ${defaultPort} unless told`,

  async run(args, signal) {
    const options = { port: { type: 'string', default: String(defaultPort) } } as const;
    const { values, positionals } = parseFlags('helm', args, options, true);
    const [action = ''] = positionals;
    const port = portOf(values.port);
    if (action === 'release') {
      const version = await step('Rendering the chart', () => releaseChart(signal));
      say(`helm/released/${version} says what an upgrade from it depends on.`);
      return 0;
    }
    if (action !== 'package' && action !== 'serve')
      throw new UserError(
        `"${action}" is nothing to do with the chart.`,
        'Give one of package, serve, release.',
      );
    const charts = await step('Packaging the chart', () => packageChart(signal));
    for (const file of charts.files) console.log(`${charts.folder}/${file}`);
    if (action === 'package') return 0;
    await serveCharts(charts, port, signal, (listening) => {
      say(`helm repo add go-coffee http://127.0.0.1:${listening}`);
      say('helm install go-coffee go-coffee/go-coffee-platform');
      say('Ctrl-C ends this.');
    });
    return 0;
  },
};
