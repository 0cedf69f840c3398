/** What a command file in commands/ exports as `command`. */
export interface Command {
  /** One line for `coffee help`; the same as in `commandSummaries`. */
  summary: string;
  /** What `coffee <command> --help` prints below the summary. */
  usage: string;
  /**
   * Runs the command and resolves to its exit code. `signal` aborts on Ctrl-C and SIGTERM: stop what was started,
   * leave nothing half done, then return or reject.
   */
  run(args: string[], signal: AbortSignal): Promise<number>;
}

/** All commands in the order of `coffee help`. Summaries stand here so that help does not import every command. */
export const commandSummaries = {
  up: 'Start the whole platform and show the trace of a first order',
  dev: 'Run services on this machine, started again on every edit; the rest in containers',
  new: 'Make a new service that runs, is tested, traced and deployed: new service NAME',
  down: 'Stop it and remove what it made (--volumes: the data as well)',
  test: 'Run all tests, with the set-up that they need',
  ci: 'Run the gates that continuous integration runs, in the same order',
  e2e: 'Try the console, Grafana, Jaeger and Prometheus in a real browser, and the APIs as a client',
  doctor: 'Check this machine and name the remedy for whatever is wrong',
  order: 'Place one order and follow it through its states to its trace',
  console: 'Print the address of the console, signed in',
  token: 'Print an access token for the running stack',
  traffic: 'Send a realistic stream of orders and journal every answer',
  reconcile: 'Compare the journal with Kafka and PostgreSQL: lost, duplicated, stuck',
  export: 'Write the history of hours or days to CSV or Parquet',
  alerts: 'List notifications of alerts and which alerts are firing; silence one for a time',
  telemetry: 'Hold the telemetry of the running stack against its schema',
  dlq: 'List, show, replay and purge dead letters',
  fault: 'Break a part of the running stack for a while, and mend it',
  chaos: 'Order under random faults, then reconcile: nothing lost, doubled, stuck',
  loadtest: 'Send a load to the running stack and hold it to what is promised',
  bench: 'Measure a part by itself: accept, core, streams, edge, telemetry, inner-loop',
  profile: 'Show where the processor time of the producer goes, as a flame graph',
  nightly: 'Run the longer test suites, the bare machine included',
  secrets: 'Replace certificates or the authority while everything runs; encrypt Secrets for Git',
  trust: "Let this machine's browsers trust the platform's certificates (--remove: no longer)",
  images: 'Pull the images, or build them where there is no image registry',
  sync: 'Write what Kubernetes and Helm need from .env and compose.yaml',
  smoke: 'Try in seconds whether the running stack works, and whether its objectives hold',
  deploy:
    'Deploy a version to a cluster: beside the old one, tried, switched, watched, rolled back by itself',
  helm: 'Package the Helm chart as a repository, and serve it on this machine',
  docs: 'Build or serve the documentation, and write its reference',
  contracts: 'Record samples of messages, compare and keep the API documents',
  release: 'Write the manifests of a release, with every image by its digest',
  cluster: 'Run the platform on Kubernetes, and test it there: up, test, down',
  logs: 'Show the logs of the services',
  ps: 'List the running services and their health',
  restart: 'Restart services one after another, with a copy beside what the edge asks',
} as const satisfies Record<string, string>;

export type CommandName = keyof typeof commandSummaries;

export function isCommandName(name: string): name is CommandName {
  return Object.hasOwn(commandSummaries, name);
}

/** Imports a command only when it is called: help and errors stay fast. */
export async function loadCommand(name: CommandName): Promise<Command> {
  const module = (await import(`./commands/${name}.ts`)) as { command: Command };
  return module.command;
}
