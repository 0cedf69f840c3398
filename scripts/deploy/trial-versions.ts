import { check } from '../docker/run.ts';
import { readVersions } from '../images/ensure.ts';

/** Each is loaded before the service's own code; `argv[1]` says which program of the image it is. */
const faults = {
  crashes: "if (process.argv[1].includes('/producer/')) setTimeout(() => process.exit(1), 3_000);",
  'answers 5xx': doing("response.writeHead(500, { 'content-type': 'application/json' }).end('{}');"),
  'is slow': doing('setTimeout(() => original.call(this, event, request, response), 900); return true;'),
  leaks: doing(`
        if (Date.now() - (globalThis.keptAt ?? 0) > 500) {
          globalThis.keptAt = Date.now();
          (globalThis.kept ??= []).push(Buffer.alloc(1024 * 1024, 1));
        }
        return original.apply(this, arguments);`),
  'migrates badly': `if (process.argv[1].includes('/migrate/') && !process.argv.includes('activate')) {
    console.error('this migration can not be applied');
    process.exit(1);
  }`,
} as const;

/** A producer that does something else with what is no probe. @param instead a statement */
function doing(instead: string): string {
  return `import { Server } from 'node:https';
    if (process.argv[1].includes('/producer/')) {
      const original = Server.prototype.emit;
      Server.prototype.emit = function (event, request, response) {
        if (event !== 'request' || request.url.endsWith('z')) return original.apply(this, arguments);
        ${instead}
        return true;
      };
    }`;
}

export type Fault = keyof typeof faults;
export const faultNames = Object.keys(faults) as Fault[];

/** The tag of a version that works, and of those that do not. */
export const goodTag = (number: number): string => `trial-good-${number}`;
export const tagOf = (fault: Fault): string => `trial-${fault.replaceAll(' ', '-')}`;

const optionsOf = (source: string): string =>
  `--import=data:text/javascript;base64,${Buffer.from(source).toString('base64')}`;

/**
 * Makes the versions that deployments are tried with, of the image that is there: two that work, and one of each fault.
 * @returns the names of all images
 */
export async function buildTrialVersions(signal: AbortSignal): Promise<string[]> {
  const { SERVICE_IMAGE: service = '', TOOLS_IMAGE: tools = '' } = await readVersions({});
  const repository = (image: string): string => image.slice(0, image.lastIndexOf(':'));
  const made: string[] = [];
  const make = async (tag: string, lines: string): Promise<void> => {
    const image = `${repository(service)}:${tag}`;
    await check('docker', ['build', '--tag', image, '-'], { signal, input: `FROM ${service}\n${lines}\n` });
    await check('docker', ['tag', tools, `${repository(tools)}:${tag}`], { signal });
    made.push(image, `${repository(tools)}:${tag}`);
  };
  for (const number of [1, 2]) await make(goodTag(number), `LABEL trial="${number}"`);
  for (const fault of faultNames) await make(tagOf(fault), `ENV NODE_OPTIONS=${optionsOf(faults[fault])}`);
  return made;
}
