import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Json } from '#platform/schema/json-schema.ts';
import { RunError, run } from '../docker/run.ts';
import { required } from '../images/catalogue.ts';
import { readVersions } from '../images/ensure.ts';
import { type FuzzResult, readReport } from './report.ts';

export interface FuzzOptions {
  readonly service: string;
  readonly url: URL;
  /** See description.ts. */
  readonly document: Json;
  /** Of somebody who may do everything. */
  readonly authorization: string;
  /** Of the server's certificate (PEM). */
  readonly authority: string | undefined;
  readonly seconds: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

// All of them but one: a request that its schema allows may be refused for what a schema can't say (an option given twice,
// a time before 1970), as the document says, too.
const checks = ['--checks=all', '--exclude-checks=positive_data_acceptance'];

// What is no request of the document may also be too large: that is looked at before anything else.
const config = `[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 431]
`;

/**
 * Asks a service whatever its OpenAPI document allows, and what it does not, for some time, and holds every answer against
 * the document. https://schemathesis.readthedocs.io
 * @throws RunError when it ends without a report
 */
export async function fuzzService(options: FuzzOptions): Promise<FuzzResult> {
  const { service, url, document, authorization, authority, seconds, seed, signal, onLine } = options;
  const image = required(await readVersions(), 'SCHEMATHESIS_IMAGE');
  const { uid, gid } = userInfo();
  const folder = await mkdtemp(join(tmpdir(), 'go-coffee-fuzz-'));
  try {
    await writeFile(join(folder, 'openapi.json'), JSON.stringify(document));
    await writeFile(join(folder, 'schemathesis.toml'), config);
    if (authority !== undefined) await writeFile(join(folder, 'ca.crt'), authority);
    const args = [
      ...['run', '--rm', '--network=host', `--volume=${folder}:/fuzz`, '--workdir=/fuzz'],
      // What it writes is this user's to remove.
      ...[`--user=${uid}:${gid}`, '--env=HOME=/fuzz', '--env=SCHEMATHESIS_COVERAGE=false', image],
      // With this capital: it takes the header away by this name, to see whether nobody is let in.
      ...['run', 'openapi.json', `--url=${url.origin}`, `--header=Authorization: ${authorization}`],
      ...(authority === undefined ? [] : ['--tls-verify=ca.crt']),
      ...[...checks, `--max-time=${seconds}`, `--seed=${seed}`, '--continue-on-failure'],
      ...['--request-timeout=30', '--generation-database=none', '--warnings=off', '--no-color'],
      ...['--report=json', '--report-json-path=report.json'],
    ];
    const ended = await run('docker', args, { signal, onLine });
    // 1: it has found something, which the report names.
    if (ended.code > 1) throw new RunError('schemathesis', ['run', service], ended);
    return readReport(service, await readFile(join(folder, 'report.json'), 'utf8'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
