/**
 * Makes a page, and makes it anew whenever a source of it is saved: `vite build --watch`, for people who edit. What was made
 * before stays, so that there is a page at every moment, and nothing is made small, which takes time. When the first one
 * can't be made it ends with exit code 1; later failures are told, and the page stays as it was.
 *
 * `node page-watcher.ts vite.config.ts`
 */
import { build } from 'vite';
import { pageIsMade } from './page.ts';

const watching = await build({
  configFile: process.argv[2] ?? '',
  // Vite tells by itself what can't be made, with the place in the source.
  logLevel: 'warn',
  clearScreen: false,
  build: { watch: {}, emptyOutDir: false, minify: false, reportCompressedSize: false },
});
if (!('on' in watching)) throw new Error('Vite does not watch.');

let isMade = false;
watching.on('event', async (event) => {
  if (event.code === 'BUNDLE_END') {
    isMade = true;
    console.log(`${pageIsMade} in ${event.duration.toFixed(0)} ms`);
  } else if (event.code === 'ERROR' && !isMade) {
    await watching.close();
    process.exit(1);
  }
});
