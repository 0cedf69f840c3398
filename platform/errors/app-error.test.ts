import { expect, it } from 'vitest';
import { AppError, errorCodes, messageOf } from './app-error.ts';

it('carries a stable code with its status and title, the cause, and what the caller can do', () => {
  const cause = new Error('connection refused');
  const error = new AppError('dependency-unavailable', 'Kafka is away.', { cause, retryAfterSeconds: 2 });
  expect(error).toMatchObject({ code: 'dependency-unavailable', status: 503, retryAfterSeconds: 2, cause });
  expect(error.title).toBe(errorCodes['dependency-unavailable'].title);
  expect(error.message).toBe('Kafka is away.');
  expect(error.fields).toBeUndefined();
});

it('has client errors for what a client did and server errors for the rest', () => {
  const ours = Object.entries(errorCodes).filter(([, { status }]) => status >= 500);
  expect(ours.map(([code]) => code).toSorted()).toEqual([
    'dependency-unavailable',
    'internal',
    'outcome-unknown',
    'overloaded',
    'price-not-usable',
  ]);
});

it('tells the message of whatever was thrown', () => {
  expect(messageOf(new Error('broken'))).toBe('broken');
  expect(messageOf('just a string')).toBe('just a string');
  expect(messageOf(undefined)).toBe('undefined');
});
