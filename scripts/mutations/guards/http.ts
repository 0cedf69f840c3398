import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file: `platform/http/${file}`, name });
const app = unit('app.test.ts');
const body = unit('json-body.test.ts');
const scan = unit('json-scan.test.ts');
const client = unit('client-error.test.ts');
const overload = unit('serve.test.ts')('overload > is shed with 503, and probes still answer');

/** Bad input is a 4xx that costs little, overload is shed, and nothing of us is shown. */
export const http: Family = {
  name: 'http',
  mutations: [
    {
      name: 'in-flight limit',
      guard: 'overload is shed with 503 before latency collapses (performance model)',
      file: 'platform/http/in-flight-limit.ts',
      find: 'if (inFlight >= most && ',
      replace: 'if (inFlight < 0 && ',
      test: overload,
    },
    {
      name: 'probes pass the limit',
      guard: 'probes tell "busy" from "dead" (lifecycle)',
      file: 'platform/http/in-flight-limit.ts',
      find: ' && !exempt(ctx.path)',
      replace: '',
      test: overload,
    },
    {
      name: 'requests leave the limit',
      guard: 'the limit counts requests in flight, not requests',
      file: 'platform/http/in-flight-limit.ts',
      find: 'inFlight -= 1;',
      replace: '',
      test: overload,
    },
    {
      name: 'body limit',
      guard: 'a body is bounded, announced or not',
      file: 'platform/http/json-body.ts',
      find: 'length === undefined ? { limit: maxBytes } : { limit: maxBytes, length }',
      replace: 'length === undefined ? {} : { length }',
      test: body('bodies > too large, announced or not, is 413'),
    },
    {
      name: 'body limit without a length',
      guard: 'a body is bounded while it comes, whatever its length is said to be',
      file: 'platform/http/json-body.ts',
      find: '? { limit: maxBytes } :',
      replace: '? {} :',
      test: body('bodies > too large, announced or not, is 413'),
    },
    {
      name: 'no compressed bodies',
      guard: 'a small body can not grow without bound',
      file: 'platform/http/json-body.ts',
      find: "encoding.toLowerCase() !== 'identity'",
      replace: "encoding === ''",
      test: body('bodies > compressed is refused before anything grows'),
    },
    {
      name: 'only JSON',
      guard: 'no other media type is read as JSON: forms of other sites can not send it',
      file: 'platform/http/json-body.ts',
      find: 'type === undefined || !jsonType.test(type)',
      replace: 'type === undefined',
      test: body('bodies > of type "text/plain" is answered with 415'),
    },
    {
      name: 'a type that is long',
      guard: 'no header keeps a process busy: its pattern takes no longer than its text',
      file: 'platform/http/json-body.ts',
      find: '(?:charset\\s*=\\s*"?utf-?8"?\\s*(?:;\\s*)?)?)?$/i',
      replace: 'charset\\s*=\\s*"?utf-?8"?\\s*)?;?\\s*$/i',
      test: {
        project: 'unit',
        file: 'scripts/checks/regular-expressions.test.ts',
        name: 'a regular expression > of a source takes no longer than its text',
      },
    },
    {
      name: 'only UTF-8',
      guard: 'bytes that are no text are refused, not replaced',
      file: 'platform/http/json-body.ts',
      find: 'if (isUtf8(bytes)) return',
      replace: 'if (isUtf8(bytes) || bytes.length > 0) return',
      test: body('bodies > bytes that are not UTF-8 are 400'),
    },
    {
      name: 'no name twice',
      guard: 'no two parts of the platform read one body differently (RFC 8259, section 4)',
      file: 'platform/http/json-scan.ts',
      find: "if (names.has(name)) this.#refuse('must not be given twice');",
      replace: '',
      test: scan('scanJson > names what {"a":1,"\\u0061":2} has twice'),
    },
    {
      name: 'escaped names are the same names',
      guard: 'an escape does not hide that a name is given twice',
      file: 'platform/http/json-scan.ts',
      find: 'if (escaped) return',
      replace: 'if (escaped && start < 0) return',
      test: scan('scanJson > names what {"a":1,"\\u0061":2} has twice'),
    },
    {
      name: 'bounded depth',
      guard: 'nesting does not exhaust the stack',
      file: 'platform/http/json-scan.ts',
      find: 'if (depth === this.#limits.maxDepth)',
      replace: 'if (depth < 0)',
      test: scan('scanJson > bounds nesting, whatever it is made of'),
    },
    {
      name: 'bounded length',
      guard: 'lists and objects are bounded before they are checked',
      file: 'platform/http/json-scan.ts',
      find: 'if (elements > maxElements)',
      replace: 'if (elements < 0)',
      test: scan('scanJson > bounds the length of arrays and objects, and names them'),
    },
    {
      name: 'query without a prototype',
      guard: 'a query can not name what every object has',
      file: 'platform/http/guard.ts',
      find: '{ ...ctx.query }',
      replace: 'Object.assign({}, ctx.query)',
      test: app('other parts > /notes/1?__proto__=1 is 400 and names query.__proto__'),
    },
    {
      name: 'errors are not shown',
      guard: 'a mistake of ours is told in the log, not to the client',
      file: 'platform/http/problem.ts',
      find: "'It has been recorded; repeat the request later.'",
      replace: 'String((error as Error).message)',
      test: app('errors > of ours (error) are 500, logged and not shown'),
    },
    {
      name: 'origins',
      guard: 'only configured origins may read answers',
      file: 'platform/http/app.ts',
      find: "allowed.has(origin) ? origin : ''",
      replace: "allowed.size > 0 ? origin : ''",
      test: app('headers > allow exactly the origins that were configured'),
    },
    {
      name: 'headers that protect',
      guard: "Helmet's headers are on every answer",
      file: 'platform/http/app.ts',
      find: 'app.use(securityHeaders(options.connectSources));',
      replace: '',
      test: app('headers > that protect are on every answer'),
    },
    {
      name: 'Host is required',
      guard: 'HTTP/1.1 without Host is refused (RFC 9112, section 3.2)',
      file: 'platform/http/app.ts',
      find: "headers.host === undefined && httpVersion === '1.1'",
      replace: "headers.host === undefined && httpVersion === '9'",
      test: client('requests that are none > no Host'),
    },
    {
      name: 'slow headers',
      guard: 'headers that do not arrive in time hold no connection',
      file: 'platform/http/serve.ts',
      find: 'headersTimeout: limits.headersTimeoutMs,',
      replace: '',
      test: client('requests that are none > headers that do not arrive in time'),
    },
    {
      name: 'slow bodies',
      guard: 'a body that does not arrive in time holds no connection',
      file: 'platform/http/serve.ts',
      find: 'requestTimeout: limits.requestTimeoutMs,',
      replace: '',
      test: client('requests that are none > bodies that do not arrive in time'),
    },
    {
      name: 'bounded headers',
      guard: 'headers are bounded',
      file: 'platform/http/serve.ts',
      find: 'maxHeaderSize: limits.maxHeaderBytes,',
      replace: 'maxHeaderSize: 1_000_000,',
      test: client('requests that are none > huge headers'),
    },
  ],
};
