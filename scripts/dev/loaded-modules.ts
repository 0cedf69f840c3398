/** What telemetry changes while it is loaded, and so has to be loaded after it (platform/telemetry/register.ts). */
const instrumented = ['pg', 'ioredis', 'pino'];

const isPackage = (url: string): boolean => url.includes('/node_modules/');
const isInstrumented = (url: string): boolean =>
  instrumented.some((name) => url.includes(`/node_modules/${name}/`));

/** Told of each module that a service loads: which are its sources, and which packages can be loaded ahead of it. */
export class LoadedModules {
  readonly #sources = new Set<string>();
  /** By a module of a package, that by which a source has brought it in. */
  readonly #entries = new Map<string, string>();
  readonly #late = new Set<string>();

  /** @returns its address without what loaders append, where it is a source that was not known */
  add(address: string, loadedBy: string | undefined): string | undefined {
    const [url = ''] = address.split('?');
    if (!url.startsWith('file:')) return undefined;
    if (!isPackage(url)) {
      if (this.#sources.has(url)) return undefined;
      this.#sources.add(url);
      return url;
    }
    const [parent = ''] = (loadedBy ?? '').split('?');
    const entry = this.#entries.get(parent) ?? url;
    if (!this.#entries.has(url)) this.#entries.set(url, entry);
    if (isInstrumented(url)) this.#late.add(entry);
    return undefined;
  }

  /**
   * The modules of packages by which sources bring in all others, in the order of loading; without those that bring in
   * what telemetry has to see loaded.
   */
  get packages(): string[] {
    return [...new Set(this.#entries.values())].filter(
      (url) => !this.#late.has(url) && !/\.(json|node)$/.test(url),
    );
  }
}
