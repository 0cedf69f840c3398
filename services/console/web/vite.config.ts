import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// What services/console serves: files only, no script in the page, names with a hash of their content.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  build: {
    outDir: fileURLToPath(new URL('../page', import.meta.url)),
    emptyOutDir: true,
    target: 'es2023',
    // A polyfill would be a script in the page, which its security policy refuses.
    modulePreload: { polyfill: false },
    // A file as a data: URL could not be cached by itself.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // Libraries say "use client" for servers that render pages: there is none here.
      onLog: (level, log, report) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') report(level, log);
      },
    },
  },
});
