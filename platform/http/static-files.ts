import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { entityTagOf, hasEntityTag } from './entity-tag.ts';

/** A folder of files that never change while the process runs, as a bundler makes it. */
export interface StaticFiles {
  /** `/console/`: where they are found; its `index.html` is there. */
  readonly prefix: string;
  readonly directory: string;
  /** Below this folder every name has a hash of its content: such a file may be kept for ever. */
  readonly immutable: string;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

const encodings = ['br', 'gzip'] as const;
type Encoding = (typeof encodings)[number] | 'identity';

interface File {
  readonly type: string;
  readonly etag: string;
  readonly cacheControl: string;
  readonly contents: Readonly<Record<Encoding, Buffer>>;
}

/**
 * Serves the files from memory, compressed once at start: only names that are in the folder can be asked for.
 *
 * @throws Error when the folder can't be read, or has a file of an unknown type.
 */
export function addStaticFiles(router: Router, { prefix, directory, immutable }: StaticFiles): void {
  const names = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .split(sep)
        .join('/'),
    );
  for (const name of names) {
    const file = load(join(directory, name), name.startsWith(`${immutable}/`));
    const paths = name === 'index.html' ? [prefix, prefix.slice(0, -1)] : [`${prefix}${name}`];
    for (const path of paths) router.get(path, (ctx) => send(ctx, file));
  }
}

function load(path: string, isImmutable: boolean): File {
  const type = types[extname(path)];
  if (!type) throw new Error(`${path}: no media type is known for it`);
  const identity = readFileSync(path);
  const br = brotliCompressSync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  return {
    type,
    etag: entityTagOf(identity.toString('latin1')),
    cacheControl: isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    contents: { identity, br, gzip: gzipSync(identity) },
  };
}

function send(ctx: Context, { type, etag, cacheControl, contents }: File): void {
  ctx.status = 200;
  // Weak: the same file comes in several encodings.
  ctx.set({ ETag: `W/${etag}`, 'Cache-Control': cacheControl });
  ctx.vary('Accept-Encoding');
  if (hasEntityTag(ctx.headers['if-none-match'], etag)) {
    ctx.status = 304;
    return;
  }
  // The smaller one, whichever a client names first.
  const encoding = encodings.find((one) => ctx.acceptsEncodings(one) === one) ?? 'identity';
  if (encoding !== 'identity') ctx.set('Content-Encoding', encoding);
  ctx.set('Content-Type', type);
  ctx.body = contents[encoding];
}
