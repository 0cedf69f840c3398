import type { Family, NamedTest } from '../mutation.ts';

const unit =
  (file: string) =>
  (name: string): NamedTest => ({ project: 'unit', file: `scripts/capture/${file}`, name });
const judge = unit('judge.test.ts');
const report = unit('report.test.ts');

/** Plaintext between containers is found (issue 6, ADR 16). */
export const capture: Family = {
  name: 'capture',
  mutations: [
    {
      name: 'records and nothing else',
      guard: 'what is no TLS record is plaintext',
      file: 'scripts/capture/tls-stream.ts',
      find: 'if (!this.#mayBeHeader(this.#header)) {',
      replace: 'if (this.#header.length > headerBytes) {',
      test: judge('is found > plaintext of a client'),
    },
    {
      name: 'a handshake first',
      guard: 'a connection that only looks like TLS is none',
      file: 'scripts/capture/tls-stream.ts',
      find: 'this.#whole && this.#records === 0 ? openingTypes : contentTypes',
      replace: 'this.#whole && openingTypes.size === 0 ? openingTypes : contentTypes',
      test: judge('is found > application data without a handshake'),
    },
    {
      name: 'connections that were there before',
      guard: 'a connection whose begin was not captured must show records, too',
      file: 'scripts/capture/tls-stream.ts',
      find: "return this.#records > 0 || this.#whole ? 'tls' : 'plaintext';",
      replace: "return 'tls';",
      test: judge('is found > plaintext of a connection that was there before'),
    },
    {
      name: "PostgreSQL's request for TLS",
      guard: 'nothing but the request for TLS may come before it',
      file: 'scripts/capture/tls-stream.ts',
      find: 'if (length === 0 || !bytes.subarray(0, length).equals(this.#preface.subarray(0, length))) {',
      replace: 'if (length === 0) {',
      test: judge("PostgreSQL's request for TLS is no plaintext, and nothing but it"),
    },
    {
      name: 'names and ids',
      guard: 'what names an order is seen in no packet',
      file: 'scripts/capture/judge.ts',
      find: 'if (packet.payload.includes(bytes)) this.#leaked.add(text);',
      replace: 'if (packet.payload.equals(bytes)) this.#leaked.add(text);',
      test: judge('is found > a text that must not be seen'),
    },
    {
      name: 'a failure for each connection',
      guard: 'plaintext that no exception names is a failure',
      file: 'scripts/capture/report.ts',
      find: '!isControl(finding) && !allowed(finding)',
      replace: '!isControl(finding) && !allowed(finding) && exceptions.length > 0',
      test: report('says who said what to whom in plaintext'),
    },
    {
      name: 'the control is found',
      guard: 'a capture that does not work does not pass',
      file: 'scripts/capture/report.ts',
      find: 'judgement.plaintext.some(isControl) && judgement.leaked.includes(control)',
      replace: 'control.length > 0',
      test: report('is not content with a capture that saw nothing'),
    },
    {
      name: 'all doors are used',
      guard: 'a capture without the links that are to be proved does not pass',
      file: 'scripts/capture/report.ts',
      find: '.filter((door) => !secure.includes(door))',
      replace: '.filter((door) => door === control && !secure.includes(door))',
      test: report('is not content with a capture that saw nothing'),
    },
    {
      name: 'reasons',
      guard: 'plaintext is named in one file with a reason (issue 6)',
      file: 'scripts/capture/exceptions.ts',
      find: ".min(20, 'must be a sentence')",
      replace: '.optional()',
      test: report('each exception has a reason'),
    },
  ],
};
