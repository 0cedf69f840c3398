import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type Router from '@koa/router';
import type { Context } from 'koa';
import { AppError } from '../errors/app-error.ts';
import { entityTagOf, hasEntityTag } from './entity-tag.ts';

/** A folder of files as a bundler makes it. */
export interface StaticFiles {
  /** `/console/`: where they are found; its `index.html` is there. */
  readonly prefix: string;
  readonly directory: string;
  /** Below this folder every name has a hash of its content: such a file may be kept for ever. */
  readonly immutable: string;
  /** For development: the bundler changes them while the process runs. They never change, unless told. */
  readonly watched?: boolean;
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
 * Serves the files from memory, compressed once at start; those that are watched anew for each request. Only names that are
 * in the folder can be asked for.
 *
 * @throws Error when the folder can't be read, or has a file of an unknown type; of those that are watched, the request fails.
 */
export function addStaticFiles(router: Router, files: StaticFiles): void {
  if (files.watched) {
    const paths = [files.prefix.slice(0, -1), `${files.prefix}{*name}`];
    for (const path of paths) router.get(path, (ctx) => send(ctx, loadNow(files, ctx.path)));
    return;
  }
  for (const name of namesOf(files)) {
    const file = load(files, name);
    for (const path of pathsOf(files, name)) router.get(path, (ctx) => send(ctx, file));
  }
}

const namesOf = ({ directory }: StaticFiles): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(directory.length + 1)
        .split(sep)
        .join('/'),
    );

const pathsOf = ({ prefix }: StaticFiles, name: string): string[] =>
  name === 'index.html' ? [prefix, prefix.slice(0, -1)] : [`${prefix}${name}`];

/** What is at a path at this moment. @throws AppError when there is nothing */
function loadNow(files: StaticFiles, path: string): File {
  const name = namesOf(files).find((one) => pathsOf(files, one).includes(path));
  if (name === undefined) throw new AppError('not-found', 'There is nothing at this path.');
  return load(files, name);
}

function load({ directory, immutable }: StaticFiles, name: string): File {
  const path = join(directory, name);
  const type = types[extname(path)];
  if (!type) throw new Error(`${path}: no media type is known for it`);
  const identity = readFileSync(path);
  const br = brotliCompressSync(identity, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
  return {
    type,
    etag: entityTagOf(identity.toString('latin1')),
    cacheControl: name.startsWith(`${immutable}/`) ? 'public, max-age=31536000, immutable' : 'no-cache',
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
