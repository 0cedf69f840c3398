import { check } from '../docker/run.ts';
import { required } from '../images/catalogue.ts';
import { readVersions } from '../images/ensure.ts';

const program = `
require('node:http').get({ host: 'producer', port: 8080, path: process.argv[1] }, (response) => response.resume())
  .on('error', () => undefined);
`;

/**
 * Asks the producer in plain text, from a container of its own in the platform's network: a capture that does not find
 * this would not find anything.
 *
 * @param path of the request, by which it is found.
 */
export async function sendInPlainText(project: string, path: string, signal: AbortSignal): Promise<void> {
  const image = required(await readVersions(), 'SERVICE_IMAGE');
  const hardened = ['--read-only', '--cap-drop', 'ALL', '--memory', '128m'];
  const network = ['--network', `${project}_platform`];
  await check('docker', ['run', '--rm', ...network, ...hardened, image, '-e', program, path], { signal });
}
