import type { Family, NamedTest } from '../mutation.ts';

const folderFile = 'services/bootstrap/folder-secrets.ts';
const test = (name: string): NamedTest => ({
  project: 'unit',
  file: 'services/bootstrap/secrets.test.ts',
  name,
});

/** Secrets are made once, readable by whom they are for, and told to nobody (decision 10). */
export const secrets: Family = {
  name: 'secrets',
  mutations: [
    {
      name: 'not for everybody',
      guard: 'secrets are readable by owner and group only (decision 10, ADR 4)',
      file: folderFile,
      find: 'const partMode = 0o440;',
      replace: 'const partMode = 0o444;',
      test: test('gives each part its own passwords, for owner and group to read, and nothing of the others'),
    },
    {
      name: 'for bootstrap alone',
      guard: "the authority's key and the passwords of all parts are for bootstrap alone (issue 6)",
      file: folderFile,
      find: 'const authorityMode = 0o600;',
      replace: 'const authorityMode = 0o640;',
      test: test('makes every password that is missing, for bootstrap to read and for nobody else'),
    },
    {
      name: 'its own passwords only',
      guard: 'a part gets no password of another one (issue 6)',
      file: 'services/bootstrap/secrets.ts',
      find: '...Object.fromEntries(part.passwords.map((name) => [name, passwordOf(name)])),',
      replace: '...Object.fromEntries(passwords.map((name) => [name, passwordOf(name)])),',
      test: test('gives each part its own passwords, for owner and group to read, and nothing of the others'),
    },
    {
      name: 'hashes for Redis',
      guard: 'Redis knows its users by hashes: who reads its file is none of them (issue 6)',
      file: 'services/bootstrap/redis-users.ts',
      find: 'on #$',
      replace: 'on >$',
      test: test('tells Redis who its users are by hashes, and what each may do'),
    },
    {
      name: 'never overwritten',
      guard: 'bootstrap makes what is missing and touches nothing else (decision 10, ADR 4)',
      file: folderFile,
      find: 'await link(temporary, join(this.#directory, name));',
      replace:
        'await rm(join(this.#directory, name), { force: true }); await link(temporary, join(this.#directory, name));',
      test: test('never touches what is there, and makes what is missing of it'),
    },
    {
      name: 'random',
      guard: 'every password is another one, with 256 bits that nobody guesses (decision 10)',
      file: 'services/bootstrap/secrets.ts',
      find: "randomBytes(32).toString('base64url')",
      replace: "Buffer.alloc(32).toString('base64url')",
      test: test('makes every password that is missing, for bootstrap to read and for nobody else'),
    },
    {
      name: 'not in logs',
      guard: 'no credential is logged, whatever somebody logs by accident',
      file: 'platform/telemetry/redact-line.ts',
      find: 'matchesAny(blocked, key) ? mask : redactValue(value)',
      replace: 'redactValue(value)',
      test: {
        project: 'unit',
        file: 'platform/telemetry/logger.test.ts',
        name: 'writes one JSON object an event, with level, time and service, and never a credential',
      },
    },
    {
      name: 'searched in linear time',
      guard: 'who sends a long text stops no process by the search for e-mail addresses',
      file: 'platform/telemetry/redact-line.ts',
      find: 'const start = repeated ?',
      replace: 'const start = !repeated ?',
      test: {
        project: 'unit',
        file: 'platform/telemetry/redact-line.test.ts',
        name: 'takes a time that grows with the line only: a word',
      },
    },
    {
      name: 'not in errors of the configuration',
      guard: 'a wrong variable is named without its value: it may be a secret',
      file: 'platform/config/load-config.ts',
      find: 'const named = result.error.issues.map((issue) => {',
      replace:
        'const named = result.error.issues.map((found) => {\n' +
        "const issue = { ...found, message: found.message + values[found.path.join('.')] };",
      test: {
        project: 'unit',
        file: 'platform/config/load-config.test.ts',
        name: 'names every wrong variable at once and never tells its value',
      },
    },
    {
      name: 'not by concatenation',
      guard: 'a password is quoted by the server, whatever characters it has',
      file: 'services/migrate/roles.ts',
      find: 'login password %L',
      replace: "login password ''%s''",
      test: {
        project: 'integration',
        file: 'services/migrate/tests/prepare.test.ts',
        name: 'may run four times at once, and again',
      },
    },
  ],
};
