/**
 * Tells Node that the services' TypeScript in this image has no types any more (strip-types.mjs): it would load 12 MiB of
 * WebAssembly to look for some, in every process (docs/adr/0056). Whatever else there is runs as ever.
 */
import { registerHooks } from 'node:module';

const folders = ['contracts/', 'platform/', 'services/'].map((name) => new URL(name, import.meta.url).href);

registerHooks({
  resolve(specifier, context, next) {
    const module = next(specifier, context);
    const isStripped =
      module.format === 'module-typescript' && folders.some((folder) => module.url.startsWith(folder));
    return isStripped ? { ...module, format: 'module' } : module;
  },
});
