const pem = (what: string): string =>
  `key -----BEGIN ${what}-----\n${'MIIB'.repeat(16)}\n-----END ${what}-----`;

/**
 * What must not stand in a log or a trace: what it is, a text with it, and what may be seen of that. They are nobody's:
 * documentation values and test cards, some of them in parts, so that nobody who looks for secrets finds one in this file.
 */
export const sensitiveTexts: readonly (readonly [string, string, string])[] = [
  ['a JSON Web Token', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl', '****'],
  ['a bearer token', 'sent Bearer abcdef0123456789', 'sent ****'],
  ['credentials', 'Basic dXNlcjpwYXNzd29yZA==', '****'],
  ['an e-mail address', 'no mail for ada@example.com today', 'no mail for **** today'],
  ['a card', 'paid with 4111111111111111', 'paid with ****'],
  ['a card by itself', '5555555555554444', '****'],
  ['a card with spaces', 'paid with 4111 1111 1111 1111', 'paid with ****'],
  ['a card with hyphens', '5555-5555-5555-4444', '****'],
  ['another card with hyphens', '4111-1111-1111-1111', '****'],
  ['a card of 15 digits', '378282246310005', '****'],
  ['a card of 15 digits with spaces', '3782 822463 10005', '****'],
  ['a key of a provider', 'key sk-abcdefghijklmnopqrstuvwx', 'key ****'],
  ['a key of a cloud', `key AKIA${'ABCD2345'.repeat(2)}`, 'key ****'],
  ['a token of a forge', `token ghp_${'a1B2'.repeat(9)}`, 'token ****'],
  ['a token of a chat', `token xoxb-${'1234abcd-'.repeat(3)}`, 'token ****'],
  ['a key in PEM', pem('PRIVATE KEY'), 'key ****'],
  ['a key in PEM that names its algorithm', pem('RSA PRIVATE KEY'), 'key ****'],
  ['a private key', `0x${'ab12'.repeat(16)}`, '****'],
  ['a password in a text', 'connect with password=correct-horse', 'connect with ****'],
  [
    'who signs in at an address',
    'no answer of postgres://ada:correct-horse@db:5432/orders',
    'no answer of postgres****/orders',
  ],
  ['a password with signs', 'redis://ada:cor!rect$horse@cache.example.com/0', 'redis****/0'],
  [
    'a password in a query',
    'GET http://db/?user=ada&password=correct-horse&a=1',
    'GET http://db/?user=ada&****&a=1',
  ],
];
