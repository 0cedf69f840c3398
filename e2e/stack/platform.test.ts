import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Order } from '#contracts/http/orders.ts';
import { poll } from '#platform/testing/poll.ts';
import { TestAuthority } from '#platform/testing/test-authority.ts';
import { ApiClient } from '../../scripts/stack/api-client.ts';
import { startable } from '../../scripts/stack/profiles.ts';
import { coffee, docker, lines, project } from './coffee.ts';
import { listenTo } from './listen.ts';
import { answerInPlainText, certificateOf, optionalServers, servers, stackAuthority } from './transport.ts';

const ownedByProject = `label=com.docker.compose.project=${project}`;
const developersOwn = 'label=com.docker.compose.project=go-coffee';

/** How many orders the API lists, up to a page, for somebody who sees everything. */
async function ordersInTheBook(client: ApiClient, authorization: string): Promise<number> {
  const headers = { authorization };
  const { body } = await client.send({ method: 'GET', path: '/v1/orders?limit=100', headers });
  return (body as { orders: unknown[] }).orders.length;
}

interface Container {
  readonly Name: string;
  readonly Config: { readonly User: string };
  readonly State: { readonly Status: string; readonly ExitCode: number };
  readonly HostConfig: {
    readonly ReadonlyRootfs: boolean;
    readonly CapDrop: readonly string[] | null;
    readonly SecurityOpt: readonly string[] | null;
    readonly Memory: number;
    readonly NanoCpus: number;
    readonly NetworkMode: string;
    readonly Binds: readonly string[] | null;
    readonly PortBindings: Record<string, readonly { readonly HostIp: string }[]> | null;
  };
}

/** The platform as its user meets it. The tests go on from each other: one stack is started, used, broken, removed. */
describe('the platform', () => {
  let containers: Container[] = [];

  beforeAll(async () => {
    const running = lines(await docker('ps', '--quiet', '--filter', developersOwn));
    if (running.length > 0)
      throw new Error('go-coffee runs here and has the ports: stop it first (./coffee down).');
    const { code, stdout, stderr } = await coffee(['up']);
    expect(code, `${stdout}${stderr}`).toBe(0);
    const ids = lines(await docker('ps', '--all', '--quiet', '--filter', ownedByProject));
    containers = JSON.parse(await docker('inspect', ...ids));
  }, 15 * 60_000);

  // Whatever failed: nothing is left running.
  afterAll(async () => {
    await coffee(['down', '--volumes']);
  }, 120_000);

  test('runs every container without root, without capabilities, read-only and within limits', () => {
    expect(containers.length).toBeGreaterThanOrEqual(7);
    for (const { Name, Config, HostConfig } of containers) {
      // Docker's socket is root's; who has it has nothing else, not even a network.
      if (/-docker-api-/.test(Name)) expect(HostConfig.NetworkMode, Name).toBe('none');
      else expect(Config.User, Name).toMatch(/^[1-9]\d*:[1-9]\d*$/);
      const sockets = HostConfig.Binds?.filter((bind) => bind.includes('docker.sock')) ?? [];
      expect(sockets.length > 0, Name).toBe(/-docker-api-/.test(Name));
      expect(HostConfig.ReadonlyRootfs, Name).toBe(true);
      expect(HostConfig.CapDrop, Name).toEqual(['ALL']);
      expect(HostConfig.SecurityOpt, Name).toContain('no-new-privileges:true');
      expect(HostConfig.Memory, Name).toBeGreaterThan(0);
      expect(HostConfig.NanoCpus, Name).toBeGreaterThan(0);
    }
  });

  test('is reachable from this machine only', () => {
    const addresses = containers.flatMap(({ HostConfig }) =>
      Object.values(HostConfig.PortBindings ?? {}).flatMap((bindings) =>
        bindings.map(({ HostIp }) => HostIp),
      ),
    );
    expect(addresses.length).toBeGreaterThan(0);
    expect(new Set(addresses)).toEqual(new Set(['127.0.0.1']));
  });

  test('ends the one-shots without error', () => {
    const oneShots = containers.filter(({ Name }) => /-(bootstrap|migrate)-/.test(Name));
    expect(oneShots.map(({ State }) => [State.Status, State.ExitCode])).toEqual([
      ['exited', 0],
      ['exited', 0],
    ]);
  });

  // Guard: each server refuses plaintext, and its clients another authority.
  const servesByTls = async (port: number, path: string): Promise<void> => {
    await using stranger = await TestAuthority.create();
    expect(await certificateOf(port, await stackAuthority())).toMatch(/^[a-z-]+$/);
    await expect(certificateOf(port, stranger.certificate)).rejects.toThrow(/certificate/);
    expect(await answerInPlainText(port, path)).not.toMatch(/^HTTP\/1\.\d 2/);
  };
  test.each(servers)(
    'serves %s on %i by TLS, with a certificate of the platform',
    async (_what, port, path) => {
      await servesByTls(port, path);
    },
  );
  for (const [part, what, port, path] of optionalServers)
    test(`serves ${what} on ${port} by TLS, where the image of ${part} is`, async ({ skip }) => {
      const { services } = await startable(new AbortController().signal);
      skip(!services.includes(part), `there is no ${part} on this machine`);
      await servesByTls(port, path);
    });

  // Guard: nothing of an order is in plaintext between containers but what docs/plaintext.yaml names.
  test('takes an order from the menu to its trace, and nobody on its networks can read any of it', async () => {
    const { failures } = await listenTo(async () => {
      const { code, stdout, stderr } = await coffee(['order', '--json']);
      expect(code, `${stdout}${stderr}`).toBe(0);
      const { order, traceId } = JSON.parse(stdout) as { order: Order; traceId: string };
      return [order.id, order.customerId, traceId];
    });
    expect(failures).toEqual([]);
  }, 240_000);

  // What deployments try a version with.
  test('passes the smoke test, and keeps its objectives', async () => {
    const { code, stdout, stderr } = await coffee(['smoke']);
    expect(code, `${stdout}${stderr}`).toBe(0);
    const slow = await coffee(['smoke', '--requests', '20', '--p95', '1']);
    expect(slow.code).toBe(1);
    const held = await coffee(['smoke', '--objectives', '5']);
    expect(held.code, `${held.stdout}${held.stderr}`).toBe(0);
  }, 60_000);

  test('takes a day of customers through the edge, whose own metrics are there too', async () => {
    const day = ['traffic', '--through', 'edge', '--rate', '5', '--duration', '10s', '--seed', '11'];
    const { code, stdout, stderr } = await coffee(day);
    expect(code, `${stdout}${stderr}`).toBe(0);
    using prometheus = new ApiClient(new URL('https://127.0.0.1:9090'), 1, await stackAuthority());
    const query = encodeURIComponent('edge_requests_total{outcome="passed",status="202"} > 0');
    await poll(
      async () => {
        const { body } = await prometheus.send({ method: 'GET', path: `/api/v1/query?query=${query}` });
        return (body as { data: { result: unknown[] } }).data.result.length > 0;
      },
      { deadlineMs: 120_000, what: "the edge's metrics in Prometheus" },
    );
  }, 240_000);

  // Guard: each signal of each service, each edge, each expression of dashboards and alerts.
  test('tells of itself all that its schema promises', async () => {
    const { code, stdout, stderr } = await coffee(['telemetry', 'check']);
    expect(code, `${stdout}${stderr}`).toBe(0);
  }, 240_000);

  test('loses and doubles nothing when the consumer is killed under traffic', async () => {
    using client = new ApiClient(new URL('https://127.0.0.1:8080'), 1, await stackAuthority());
    const { code: signed, stdout: token } = await coffee(['token', '--role', 'operator']);
    expect(signed).toBe(0);
    const operator = `Bearer ${token.trim()}`;
    const traffic = coffee(['traffic', '--rate', '100', '--duration', '20s', '--seed', '7']);
    await poll(async () => expect(await ordersInTheBook(client, operator)).toBeGreaterThanOrEqual(100), {
      deadlineMs: 60_000,
      // A hundred times a minute is all that one may ask.
      intervalMs: 700,
    });
    await docker('compose', 'kill', '--signal', 'KILL', 'consumer');
    await docker('compose', 'start', 'consumer');
    expect((await traffic).code).toBe(0);
    const { code, stdout, stderr } = await coffee(['reconcile']);
    expect(code, `${stdout}${stderr}`).toBe(0);
    expect(`${stdout}${stderr}`).toContain('0 lost, 0 duplicated, 0 stuck');
  }, 240_000);

  test('leaves nothing behind when it goes with its volumes', async () => {
    expect((await coffee(['down', '--volumes'])).code).toBe(0);
    expect(lines(await docker('ps', '--all', '--quiet', '--filter', ownedByProject))).toEqual([]);
    expect(lines(await docker('volume', 'ls', '--quiet', '--filter', ownedByProject))).toEqual([]);
    expect(lines(await docker('network', 'ls', '--quiet', '--filter', ownedByProject))).toEqual([]);
  }, 120_000);
});
