import { type DevConfig, publishedPort } from './dev-services.ts';

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
