import { type DevConfig, publishedPort } from './dev-services.ts';
import { pageEnvironment } from './page.ts';

/** Where the stand-in takes the host's connections, in its container. */
export const tunnelPort = 8079;
const program = '/etc/go-coffee/stand-in.ts';

/**
 * A file for Compose, on top of compose.yaml, by which containers of the same names, networks and limits stand in for
 * services that run on this machine. Their own ports are the services' then; the tunnel's is any free one. How it is is
 * asked of the service itself.
 *
 * @throws Error when a service publishes no port
 */
export function standInOverride(config: DevConfig, services: readonly string[]): string {
  const blocks = services.map((name) => {
    publishedPort(name, config.services[name]);
    return `  ${name}:
    command: [${program}]
    healthcheck: !reset null
    environment:
      SERVICE_PORT: ${config.services[name]?.ports[0]?.target}
      TUNNEL_PORT: ${tunnelPort}
    volumes: !override ["./scripts/dev/stand-in.ts:${program}:ro"]
    ports: !override ["127.0.0.1::${tunnelPort}"]
`;
  });
  return `services:\n${blocks.join('')}`;
}

const preserve = '--watch-preserve-output';

/**
 * A file for Compose, likewise, by which services stay in their containers and run the sources of this machine under
 * `node --watch`. What Node has compiled is kept for the next start, in memory. The console's sources hide the page of its
 * image: there has to be one among them (page.ts).
 *
 * @throws Error for a service that has no command
 */
export function watchedOverride(config: DevConfig, services: readonly string[]): string {
  const blocks = services.map((name) => {
    const { command } = config.services[name] ?? {};
    if (!command) throw new Error(`compose.yaml has no command for ${name}`);
    const folders = ['contracts', 'platform', `services/${name}`];
    const mounts = folders.map((folder) => `"./${folder}:/app/${folder}:ro"`).join(', ');
    // Not the image's, which says that sources have no types: these have.
    const environment = {
      NODE_OPTIONS: '',
      NODE_COMPILE_CACHE: '/tmp/compile-cache',
      ...pageEnvironment(name),
    };
    return `  ${name}:
    command: ${JSON.stringify(['--watch', preserve, ...command])}
    environment: ${JSON.stringify(environment)}
    volumes: [${mounts}]
    tmpfs: !override ["/tmp:size=128m,mode=1777"]
`;
  });
  return `services:\n${blocks.join('')}`;
}
