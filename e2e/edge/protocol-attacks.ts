import { signedIn } from '#platform/testing/tokens.ts';

const { authorization } = await signedIn('the-operator', 'operator');

const head = (lines: readonly string[]): string => `${lines.join('\r\n')}\r\n\r\n`;

/** Attacks on the protocol itself, byte by byte; each ends its connection. */
export const protocolAttacks: Readonly<Record<string, string>> = {
  'a request smuggled by two lengths': `${head([
    'POST /v1/orders HTTP/1.1',
    'Host: localhost',
    'Content-Length: 6',
    'Transfer-Encoding: chunked',
    'Connection: close',
  ])}0\r\n\r\nG`,
  'a length given twice': head([
    'POST /v1/orders HTTP/1.1',
    'Host: localhost',
    'Content-Length: 5',
    'Content-Length: 6',
    'Connection: close',
  ]),
  'a length that is no number': head([
    'POST /v1/orders HTTP/1.1',
    'Host: localhost',
    'Content-Length: 5a',
    'Connection: close',
  ]),
  'a transfer coding that hides': head([
    'POST /v1/orders HTTP/1.1',
    'Host: localhost',
    'Transfer-Encoding: xchunked',
    'Connection: close',
  ]),
  'a request without Host': head(['GET /v1/menu HTTP/1.1', 'Connection: close']),
  'two Hosts': head(['GET /v1/menu HTTP/1.1', 'Host: localhost', 'Host: evil.example', 'Connection: close']),
  'a Host that is a script': head([
    'GET /v1/menu HTTP/1.1',
    'Host: <script>alert(1)</script>',
    'Connection: close',
  ]),
  'a NUL in the address': head(['GET /v1/menu?q=%00 HTTP/1.1', 'Host: localhost', 'Connection: close']),
  'a NUL in a header': head(['GET /v1/menu HTTP/1.1', 'Host: localhost', 'X-A: a\0b', 'Connection: close']),
  'a header split by an encoded line break': head([
    'GET /v1/menu?q=%0d%0aSet-Cookie:%20a=b%0d%0aContent-Length:%200 HTTP/1.1',
    'Host: localhost',
    'Connection: close',
  ]),
  'a method that is none': head(['JEFF /v1/menu HTTP/1.1', 'Host: localhost', 'Connection: close']),
  TRACE: head(['TRACE /v1/menu HTTP/1.1', 'Host: localhost', 'Connection: close']),
  CONNECT: head(['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443', 'Connection: close']),
  'another protocol version': head(['GET /v1/menu HTTP/3.7', 'Host: localhost', 'Connection: close']),
  'another protocol': 'SSH-2.0-OpenSSH_9.7\r\n',
  'a proxy request to somewhere else': head([
    'GET http://169.254.169.254/latest/meta-data/ HTTP/1.1',
    'Host: 169.254.169.254',
    'User-Agent: ../../etc/passwd',
    'Connection: close',
  ]),
  'a header that is too large': head([
    'GET /v1/menu HTTP/1.1',
    'Host: localhost',
    `X-Large: ${'a'.repeat(40_000)}`,
    'Connection: close',
  ]),
  'an address that is too long': head([
    `GET /v1/menu?q=${'a'.repeat(40_000)} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
  ]),
  'bytes that are no UTF-8': head([
    'GET /v1/orders?customerId=%c0%ae%c0%ae%c0%af HTTP/1.1',
    'Host: localhost',
    // Whoever is signed in: it is the bytes that are refused.
    `Authorization: ${authorization}`,
    'Connection: close',
  ]),
};
