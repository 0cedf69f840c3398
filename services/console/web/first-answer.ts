import { isAway } from './api-error.ts';

/**
 * Asks one after the other, until one is not away. A refusal is an answer too: nobody else is asked then.
 *
 * @throws what the only one of them throws; of several an Error with the words of each.
 */
export async function firstAnswer<T>(urls: readonly string[], ask: (url: string) => Promise<T>): Promise<T> {
  const away: string[] = [];
  for (const url of urls) {
    try {
      return await ask(url);
    } catch (error) {
      if (away.length === 0 && (!isAway(error) || urls.length === 1)) throw error;
      away.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new Error(away.join(' '));
}
