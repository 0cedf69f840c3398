import { describe, expect, test } from 'vitest';
import { packagesFit } from './lockfile.ts';

const machine = { platform: 'linux', arch: 'x64' };
const koa = { version: '3.3.0', integrity: 'sha512-a' };
const wanted = { packages: { '': { version: '0.1.0' }, 'node_modules/koa': koa } };

describe('packagesFit', () => {
  test('accepts exactly what the lockfile asks for', () => {
    expect(packagesFit(wanted, { packages: { 'node_modules/koa': koa } }, machine)).toBe(true);
  });

  test.each([
    ['a missing package', {}],
    ['another version', { 'node_modules/koa': { ...koa, version: '3.2.0' } }],
    ['another content', { 'node_modules/koa': { ...koa, integrity: 'sha512-b' } }],
    ['a package too many', { 'node_modules/koa': koa, 'node_modules/left-pad': koa }],
  ])('rejects %s', (_case, packages) => {
    expect(packagesFit(wanted, { packages }, machine)).toBe(false);
  });

  test('lets optional packages of other machines be missing, but not those of this one', () => {
    const native = { ...koa, optional: true, os: ['darwin'], cpu: ['arm64'] };
    const lock = { packages: { 'node_modules/native': native } };
    expect(packagesFit(lock, {}, machine)).toBe(true);
    expect(packagesFit(lock, {}, { platform: 'darwin', arch: 'arm64' })).toBe(false);
  });
});
