import { packageChart, serveChart } from '../../helm/repository.ts';
import { parseFlags } from '../../stack/flags.ts';
import type { Command } from '../commands.ts';
import { say, step } from '../progress.ts';
import { UserError } from '../user-error.ts';

const defaultPort = 8879;

export const command: Command = {
  summary: 'Package the Helm chart as a repository, and serve it on this machine',
  usage: `Usage: ./coffee helm package [--url URL]
       ./coffee helm serve [--port PORT]

package   writes the chart's archive and its index.yaml to .coffee/helm, for any web server; helm push takes the archive to
          an OCI registry
serve     does so and serves it on the loopback, for: helm repo add go-coffee http://127.0.0.1:${defaultPort}

  --url URL     where it will be served, for package
  --port PORT   ${defaultPort} unless told`,

  async run(args, signal) {
    const { values, positionals } = parseFlags(
      'helm',
      args,
      { url: { type: 'string' }, port: { type: 'string', default: String(defaultPort) } },
      true,
    );
    const [action = ''] = positionals;
    const port = Number(values.port);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new UserError(`"${values.port}" is no port.`, 'Give --port a number from 1 to 65535.');
    const local = `http://127.0.0.1:${port}`;
    if (action !== 'package' && action !== 'serve')
      throw new UserError(`"${action}" is nothing to do with the chart.`, 'Give one of package, serve.');
    const packaged = await step('Packaging the chart', () => packageChart(values.url ?? local, signal));
    console.log(`${packaged.folder}/${packaged.archive}`);
    if (action === 'package') return 0;
    await serveChart(packaged, port, signal, () => {
      say(`helm repo add go-coffee ${local}`);
      say('helm install go-coffee go-coffee/go-coffee-platform');
      say('Ctrl-C ends this.');
    });
    return 0;
  },
};
