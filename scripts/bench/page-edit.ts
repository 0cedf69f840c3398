import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { get as secureGet } from 'node:https';
import { text } from 'node:stream/consumers';

const scripts = /(?:src|href)="([^"]+\.js)"/g;

/** What a browser has to run for a page that a service serves: whatever its index.html names. */
export class ServedPage {
  readonly #url: URL;
  readonly #authority: string | undefined;
  /** Their names have a hash of what they say: what was asked for once need not be asked for again. */
  readonly #known = new Map<string, string>();

  /** @param authority of the server's certificate (PEM), for `https:` */
  constructor(url: URL, authority: string | undefined) {
    this.#url = url;
    this.#authority = authority;
  }

  /** Whether one of its scripts says this, at this moment; false as well while it can't be had. */
  async says(words: string): Promise<boolean> {
    const html = await this.#ask(this.#url);
    const names = [...(html ?? '').matchAll(scripts)].map(([, name = '']) => name);
    for (const name of names) if ((await this.#script(name))?.includes(words)) return true;
    return false;
  }

  async #script(name: string): Promise<string | undefined> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const script = await this.#ask(new URL(name, this.#url));
    if (script !== undefined) this.#known.set(name, script);
    return script;
  }

  async #ask(url: URL): Promise<string | undefined> {
    const options = { timeout: 2_000, ...(this.#authority ? { ca: this.#authority } : {}) };
    const request = (url.protocol === 'https:' ? secureGet : get)(url, options);
    request.on('timeout', () => request.destroy(new Error('no answer')));
    try {
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      const body = await text(response);
      return response.statusCode === 200 ? body : undefined;
    } catch {
      // It restarts, perhaps: whoever waits asks again.
      return undefined;
    }
  }
}
