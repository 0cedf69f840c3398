import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect } from 'vitest';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { addressForContainers, EdgeContainer } from '../edge/edge-container.ts';
import { type RunningProducer, startProducer } from './services.ts';
import type { Stage } from './stage.ts';

export interface ProducerBehindEdge extends RunningProducer {
  /** Of the edge's certificate (PEM); fetch trusts it already. */
  readonly authority: string;
}

/**
 * The real producer as the world reaches it: through the edge with its firewall. Legal requests are all that it gets, so
 * its disposal fails when the edge has answered one of them itself.
 *
 * @param name of the edge's Compose project.
 */
export async function startProducerThroughEdge(
  stage: Stage,
  name: string,
  environment: Record<string, string> = {},
): Promise<ProducerBehindEdge> {
  await using parts = new AsyncDisposableStack();
  const authority = parts.use(await TestAuthority.create());
  const producer = parts.use(await startProducer(stage, {}, environment, await addressForContainers()));
  // One client sends all of it, as fast as it can.
  const env = {
    EDGE_REQUESTS_PER_ADDRESS: '100000',
    EDGE_CONNECTIONS_PER_ADDRESS: '1000',
    EDGE_OPEN_CONNECTIONS_PER_ADDRESS: '1000',
  };
  const upstreamPort = Number(new URL(producer.url).port);
  const edge = parts.use(await EdgeContainer.start({ name, authority, upstreamPort, env }));
  const before = getCACertificates('default');
  setDefaultCACertificates([...before, authority.certificate]);
  parts.defer(() => setDefaultCACertificates(before));
  const owned = parts.move();
  return {
    ...producer,
    url: `https://localhost:${edge.port}`,
    authority: authority.certificate,
    async [Symbol.asyncDispose]() {
      try {
        await expectAllPassed(edge);
      } finally {
        await owned.disposeAsync();
      }
    },
  };
}

/** No request was taken for an attack, or for too much. */
async function expectAllPassed(edge: EdgeContainer): Promise<void> {
  const requests = (await edge.records()).filter(({ msg }) => msg === 'request');
  expect(requests.length).toBeGreaterThan(0);
  expect(requests.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
}
