import { expect, it } from 'vitest';
import { ConcurrentChangeError } from '../database/concurrent-change.ts';
import { failureKind } from './failure.ts';

const withCode = (code: string, message = 'failed'): Error => Object.assign(new Error(message), { code });

it.each([
  ['22P05', 'message'],
  ['22008', 'message'],
  ['23505', 'message'],
  ['23514', 'message'],
  ['08006', 'outside'],
  ['40P01', 'outside'],
  ['40001', 'outside'],
  ['42P01', 'unknown'],
  ['53300', 'outside'],
  ['57P01', 'outside'],
  ['57014', 'unknown'],
  ['XX000', 'unknown'],
  ['ECONNREFUSED', 'outside'],
  ['EPIPE', 'outside'],
  ['0A000', 'unknown'],
  ['ERR_ASSERTION', 'unknown'],
])('%s is a failure of kind %s', (code, kind) => expect(failureKind(withCode(code))).toBe(kind));

it.each([
  'Connection terminated unexpectedly',
  'Knex: Timeout acquiring a connection. The pool is probably full.',
  'timeout expired',
  'Unable to acquire a connection',
  'Query read timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
  'Client was closed and is not queryable',
])('"%s" comes from outside', (message) => expect(failureKind(new Error(message))).toBe('outside'));

it('another member that was faster is a failure of kind outside', () => {
  expect(failureKind(new ConcurrentChangeError('1 orders were changed by another member'))).toBe('outside');
});

it('does not know what else there is', () => {
  expect(failureKind(new TypeError('x is not a function'))).toBe('unknown');
  expect(failureKind('a string')).toBe('unknown');
});

it('waits for another member of the group that was faster, and buries nothing', () => {
  expect(failureKind(new ConcurrentChangeError('1 orders were changed by another member'))).toBe('outside');
});
