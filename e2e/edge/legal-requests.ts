import type { Role } from '#contracts/access-token.ts';
import type { Sent } from './client.ts';

/** A request that a client may send, with what the producer answers. */
export interface LegalRequest {
  readonly name: string;
  readonly sent: Sent;
  readonly status: number;
  /** Who sends it; nobody who is signed in unless told. */
  readonly who?: readonly [subject: string, role: Role];
}

/** What people write as the reason of a cancellation or rejection: free text in any language. */
export const reasons = [
  "Can't wait any longer, I'd rather have a tea",
  "It's O'Brien's order, not mine",
  'Wrong order: I wanted 1 or 2 sugars, not 3',
  'Select another size & drop the extra shot, please',
  'Ordered twice; delete one of them',
  'The price is 100% too high (50 % off was promised)',
  'Paid $5 from my account, got charged $10?',
  'Out of oat milk -- sorry!',
  'out of "single origin" beans',
  'Customer left before 10:30; nobody picked it up',
  'The customer said: where is my order?',
  'Union of two orders: see #1234 and #1235',
  'I <3 coffee, but not today',
  'a < b and c > d, whatever that means',
  'Jack & Jill went up the hill',
  'C’est l’été : déjà trop chaud pour un café',
  'Ich hätte gern Milch statt Sahne – danke schön!',
  'コーヒーではなく紅茶をお願いします',
  'لقد غيرت رأيي، شكرا',
  'Не дождался: кофе уже остыл',
  '咖啡太苦了，我想换成拿铁。',
  'Too late 😢☕️ 👩‍👩‍👧',
  'see https://example.com/orders/1234?lang=en for what I meant',
  'my mail is ada.lovelace+coffee@example.com',
  'null',
  'undefined',
  'true',
  '0',
  '1=1 is what I learned at school',
  'and then she said: or not',
  'Table 4 wants the update from the kitchen',
  'Please insert more coins into the machine',
  'The cat sat on my cup',
  'My sleep(y) head ordered the wrong thing',
  'Echo of my last order',
  'it is for Mr. Null, order by phone',
  'group by table, having waited for 20 minutes',
  'Use the back door / ask for Tim',
  'half/half, no sugar; no milk; no lid',
  '(no reason)',
  '- none -',
  '...',
  '*** urgent ***',
  'a'.repeat(200),
  'é'.repeat(200),
] as const;

const json = { 'content-type': 'application/json' };
const orderId = '0b7d1c0e-3c0a-4c1a-9d0e-0a1b2c3d4e5f';
const line = { productId: 'latte', size: 'large', options: ['oat-milk'], quantity: 2 };
const body = (value: unknown): string => JSON.stringify(value);
let sequence = 0;

function order(
  name: string,
  changes: { readonly customerId?: string } & Readonly<Record<string, unknown>> = {},
  headers: Readonly<Record<string, string>> = {},
): LegalRequest {
  sequence += 1;
  const key = { 'idempotency-key': `legal-${sequence}` };
  return {
    name: `an order ${name}`,
    sent: {
      method: 'POST',
      path: '/v1/orders',
      headers: { ...json, ...key, ...headers },
      body: body({ customerId: 'ada', items: [line], ...changes }),
    },
    who: [changes.customerId ?? 'ada', 'customer'],
    status: 202,
  };
}

const get = (path: string, status = 200, headers: Readonly<Record<string, string>> = {}): LegalRequest => ({
  name: `GET ${path} ${body(headers)}`,
  sent: { path, headers },
  who: ['the-operator', 'operator'],
  status,
});

/** Whatever people take for a password. */
const passwords = [
  'correct horse battery staple',
  "' OR '1'='1' -- ",
  '<script>alert(1)</script>',
  '$(cat /etc/passwd); rm -rf /',
  '../../../../etc/shadow',
  'Пароль-из-многих-букв',
  '%{jndi:ldap://x.example/a}',
  'union select password from users',
];
const identity = (name: string, path: string, sent: object, status: number): LegalRequest => ({
  name,
  sent: { method: 'POST', path: `/v1/identity/${path}`, headers: json, body: body(sent) },
  status,
});

// Opaque names that happen to look like something else.
const customers = [
  'ada',
  'select',
  'union',
  'null',
  'or-1-1',
  'exec',
  'sleep',
  'root',
  'admin',
  'bin-sh',
  'cmd',
  'A',
  'a_b-c_d',
  'x'.repeat(64),
  '0',
  '00000000-0000-4000-8000-000000000000',
  'etc-passwd',
  'drop-table-orders',
];
const idempotencyKeys = [
  'my-first-order',
  '0b7d1c0e-3c0a-4c1a-9d0e-0a1b2c3d4e5f',
  '2026-11-25T18:00:00.000Z/ada/1',
  'customer=ada;order=1',
  'ada@example.com#1',
  '"quoted"',
  "it's",
  'a&b|c',
  'c2VsZWN0ICogZnJvbSBvcmRlcnM=',
  '!$%&()*+,-./:;<=>?@[]^_`{|}~',
  'k'.repeat(255),
];
const cursors = [
  'MjAyNi0xMS0yNVQxODowMDowMC4wMDBafDBiN2QxYzBlLTNjMGEtNGMxYS05ZDBlLTBhMWIyYzNkNGU1Zg',
  'eyJjcmVhdGVkQXQiOiIyMDI2In0',
  '-_-_-_-_',
];
const agents = [
  'curl/8.14.1',
  'PostmanRuntime/7.43.0',
  'python-requests/2.32.3',
  'Go-http-client/2.0',
  'axios/1.7.9',
  'node',
  'okhttp/4.12.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
  'kube-probe/1.36',
  'Prometheus/3.5.0',
];

/** All routes of the producer, with what is odd but allowed. The producer is one without orders (services/producer/tests). */
export const legalRequests: readonly LegalRequest[] = [
  get('/v1/menu'),
  get('/v1/menu', 200, { accept: 'application/json', 'accept-language': 'de-DE,de;q=0.9,en;q=0.8' }),
  get('/v1/menu', 200, { 'if-none-match': 'W/"abc", "def"' }),
  { name: 'HEAD /v1/menu', sent: { method: 'HEAD', path: '/v1/menu' }, status: 200 },
  get('/docs'),
  get('/docs/start.js'),
  get('/docs/swagger-ui.css'),
  get('/docs/swagger-ui-bundle.js'),
  get('/openapi.json'),
  get('/nothing-here', 404),
  get('/v1/menu', 200, { host: '127.0.0.1:8443' }),
  get('/v1/menu', 200, { host: 'coffee.example.com' }),
  get('/v1/menu', 200, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' }),
  get('/v1/menu', 200, {
    tracestate: 'vendor=00f067aa0ba902b7,rojo=1',
    baggage: 'userId=alice,isProduction=false',
  }),
  get('/v1/menu', 200, { cookie: 'session=c2Vzc2lvbg; theme=dark; _ga=GA1.1.123456789.1700000000' }),
  get('/v1/menu', 200, { referer: 'https://www.example.com/search?q=coffee+near+me&hl=en' }),
  ...agents.map((agent) => get('/v1/menu', 200, { 'user-agent': agent })),
  { name: 'OPTIONS /v1/orders', sent: { method: 'OPTIONS', path: '/v1/orders' }, status: 204 },
  {
    name: 'a preflight of a browser',
    sent: {
      method: 'OPTIONS',
      path: '/v1/orders',
      headers: {
        origin: 'http://localhost:8080',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key,traceparent',
      },
    },
    status: 204,
  },
  { name: 'a method that a path does not have', sent: { method: 'PUT', path: '/v1/menu' }, status: 405 },

  ...customers.map((customerId) => order(`of ${customerId}`, { customerId })),
  ...idempotencyKeys.map((key) => order(`with the key ${key}`, {}, { 'idempotency-key': key })),
  ...agents.map((agent) => order(`by ${agent}`, {}, { 'user-agent': agent })),
  order('paid by crypto', { paymentMethod: 'crypto' }),
  order('of 50 lines', { items: Array.from({ length: 50 }, () => line) }),
  order('with a charset', {}, { 'content-type': 'application/json; charset=utf-8' }),
  {
    ...order('with a line of ten options', {
      items: [{ ...line, options: Array.from({ length: 10 }, (_, i) => `option-${i}`) }],
    }),
    status: 400,
  },
  { ...order('with an unknown product', { items: [{ ...line, productId: 'drop-table' }] }), status: 400 },
  { ...order('with a field too many', { note: "it's a gift" }), status: 400 },

  get('/v1/orders'),
  get('/v1/orders?limit=100&status=accepted&refundDue=false'),
  get('/v1/orders?createdFrom=2026-11-25T00:00:00Z&createdBefore=2026-11-26T00:00:00.000Z'),
  get('/v1/orders?createdFrom=2026-11-25T00%3A00%3A00Z&status=awaiting-payment'),
  get('/v1/orders?refundDue=true&limit=1'),
  get('/v1/orders?sort=asc', 400),
  ...customers.map((customerId) => get(`/v1/orders?customerId=${customerId}`)),
  ...cursors.map((cursor) => get(`/v1/orders?limit=20&cursor=${cursor}`)),
  get(`/v1/orders/${orderId}`, 404),
  get(`/v1/orders/${orderId.toUpperCase()}`, 404),
  get('/v1/orders/not-an-id', 400),

  ...reasons.flatMap((reason): LegalRequest[] => [
    {
      name: `a cancellation: ${reason}`,
      sent: { method: 'DELETE', path: `/v1/orders/${orderId}?reason=${encodeURIComponent(reason)}` },
      who: ['ada', 'customer'],
      status: 404,
    },
    {
      name: `a rejection: ${reason}`,
      sent: {
        method: 'POST',
        path: `/v1/orders/${orderId}/actions`,
        headers: json,
        body: body({ action: 'reject', reason }),
      },
      who: ['the-barista', 'barista'],
      status: 404,
    },
  ]),

  ...passwords.flatMap((password): LegalRequest[] => [
    identity(
      `registering with the password ${password}`,
      'accounts',
      { username: 'ada@example.com', password },
      202,
    ),
    identity(`signing in with the password ${password}`, 'tokens', { username: 'nobody', password }, 401),
  ]),
  identity('refreshing', 'tokens/refresh', { refreshToken: '-_aZ09'.repeat(7).concat('x') }, 401),
  identity('signing out', 'tokens/revoke', { refreshToken: '-_aZ09'.repeat(7).concat('x') }, 204),
];
