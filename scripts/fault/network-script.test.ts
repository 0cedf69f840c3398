import { describe, expect, it } from 'vitest';
import { linksOf } from './links.ts';
import { type NetworkFault, setUpScript, undoScript } from './network-script.ts';

const faults: NetworkFault[] = [
  { kind: 'latency', delayMs: 300, jitterMs: 20 },
  { kind: 'reset', share: 0.4, afterMs: 50 },
  { kind: 'cut', bytes: 4_096 },
  { kind: 'partition' },
];
const commands = (script: string): string[] => script.split('\n');

describe('a set-up', () => {
  it.each([
    [0, 'toxiproxy-cli toxic add -t latency -a latency=300 -a jitter=20 kafka >/dev/null'],
    [1, 'toxiproxy-cli toxic add -t reset_peer --toxicity=0.4 -a timeout=50 kafka >/dev/null'],
    [2, 'toxiproxy-cli toxic add -t limit_data -a bytes=4096 kafka >/dev/null'],
    [3, '$ipt -w -A GOCOFFEE_FAULT_INPUT ! -i lo -j DROP'],
  ])('of fault %i has its strength', (index, command) => {
    expect(commands(setUpScript(faults[index] as NetworkFault, linksOf('kafka')))).toContain(command);
  });

  it('has the proxy ready before connections are led to it, and before old ones are broken', () => {
    const script = setUpScript(faults[0] as NetworkFault, linksOf('kafka'));
    const order = ['toxiproxy-cli create', 'toxic add', '-j REDIRECT', '-I PREROUTING', 'ss -K', '-j REJECT'];
    const places = order.map((part) => script.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
  });

  it('of a service leads its own connections through the proxy, but not those of the proxy', () => {
    const script = setUpScript(faults[0] as NetworkFault, linksOf('consumer'));
    for (const port of [9092, 5432, 6379]) {
      expect(script).toMatch(
        new RegExp(`OUTPUT ! -o lo -p tcp --dport ${port} -m owner ! --uid-owner 0 -j REDIRECT`),
      );
    }
    expect(script).toContain('PREROUTING -p tcp --dport 8080 -j REDIRECT');
    expect(new Set(script.match(/--to-ports \d+/g)).size).toBe(4);
  });
});

describe('the undoing', () => {
  it.each(faults)('takes away every chain and proxy of $kind', (fault) => {
    const links = linksOf('producer');
    const made = setUpScript(fault, links);
    const undone = undoScript(links);
    const chains = [...made.matchAll(/-t (\w+) -N (\w+)/g)].map(([, table, name]) => [table, name]);
    expect(chains).toHaveLength(4);
    for (const [table, name] of chains) {
      expect(undone).toContain(`-t ${table} -F ${name}`);
      expect(undone).toContain(`-t ${table} -X ${name}`);
    }
    const jumps = [...made.matchAll(/-t (\w+) -I (\w+) -j (\w+)/g)];
    expect(jumps.length).toBeGreaterThan(0);
    for (const [, table, hook, name] of jumps) expect(undone).toContain(`-t ${table} -D ${hook} -j ${name}`);
    for (const [, name] of made.matchAll(/toxiproxy-cli create .* (\w+) >/g)) {
      expect(undone).toContain(`toxiproxy-cli delete ${name}`);
    }
  });

  // Found on a real container: idle clients never heard of the end of their connection, and hung.
  it('ends the connections through the proxy while they are still led there', () => {
    const undone = undoScript(linksOf('kafka'));
    expect(undone.indexOf('-D PREROUTING')).toBeLessThan(undone.indexOf('toxiproxy-cli delete'));
    expect(undone.indexOf('toxiproxy-cli delete')).toBeLessThan(undone.indexOf('-F '));
  });
});
