/** What telemetry changes while it is loaded, and so has to be loaded after it (platform/telemetry/register.ts). */
export const instrumented = ['pg', 'pg-pool', 'ioredis', 'pino'];

const isPackage = (url: string): boolean => url.includes('/node_modules/');
const isInstrumented = (url: string): boolean =>
  instrumented.some((name) => url.includes(`/node_modules/${name}/`));
const folderOf = (url: string): string => url.slice(0, url.lastIndexOf('/'));

/** Told of each module that a service loads: which are its sources, and which packages can be loaded ahead of it. */
export class LoadedModules {
  readonly #sources = new Set<string>();
  /** Modules of packages that a source has brought in, in the order of loading. */
  readonly #entries = new Set<string>();
  /**
   * By a folder of a package, the folders whose modules have loaded one of it. Folders, not modules: of the modules of a
   * folder that require the same, Node asks for the first one only.
   */
  readonly #loaders = new Map<string, Set<string>>();
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
    const folder = folderOf(url);
    if (isPackage(parent)) this.#loaders.set(folder, this.#loadersOf(folder).add(folderOf(parent)));
    else this.#entries.add(url);
    if (isInstrumented(url)) this.#late.add(folder);
    return undefined;
  }

  /**
   * The modules of packages by which sources bring in all others, in the order of loading; without those that bring in
   * what telemetry has to see loaded.
   */
  get packages(): string[] {
    // What is added while it is walked is walked, too.
    const late = new Set(this.#late);
    for (const folder of late) for (const loader of this.#loadersOf(folder)) late.add(loader);
    return [...this.#entries].filter((url) => !late.has(folderOf(url)) && !/\.(json|node)$/.test(url));
  }

  #loadersOf(folder: string): Set<string> {
    return this.#loaders.get(folder) ?? new Set();
  }
}
