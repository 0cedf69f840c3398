/**
 * Tells the watcher less: Node reports every module that a service loads, by a message that goes through two processes.
 * What nobody edits (packages, Node's own modules) is left out, and so is what a service loads after the handover has
 * left. A preload of services that ./coffee dev runs.
 */

const send = process.send?.bind(process);
const kinds = ['watch:require', 'watch:import'];

/** The files of a report; undefined for any other message. */
function reported(message: unknown): readonly (string | undefined)[] | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  return kinds.flatMap((kind) => (message as Record<string, readonly string[] | undefined>)[kind] ?? []);
}

/** Of a module that is resolved in memory Node reports nothing. */
const canBeEdited = (file: string | undefined): boolean =>
  file !== undefined && !file.startsWith('node:') && !file.includes('/node_modules/');

if (send) {
  process.send = (message: unknown, ...rest: never[]): boolean => {
    const files = reported(message);
    const isNews = files === undefined || (process.connected && files.some(canBeEdited));
    return isNews ? send(message, ...rest) : true;
  };
}
