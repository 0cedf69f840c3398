import { expect, test } from 'vitest';
import { UserError } from '../cli/user-error.ts';
import { entranceUrl, parseEntrance } from './entrance.ts';

const edgeUrl = new URL('https://127.0.0.1:8443');
const producerUrl = new URL('https://127.0.0.1:8080');

test('goes through the edge or past it', () => {
  expect(entranceUrl({ tls: true, edgeUrl, producerUrl }, 'edge')).toBe(edgeUrl);
  expect(entranceUrl({ tls: true, edgeUrl, producerUrl }, 'producer')).toBe(producerUrl);
});

test('goes past an edge that could not be verified', () => {
  expect(entranceUrl({ tls: false, edgeUrl, producerUrl }, 'edge')).toBe(producerUrl);
});

test('names the entrances that there are', () => {
  expect(parseEntrance('edge')).toBe('edge');
  expect(() => parseEntrance('kitchen')).toThrow(UserError);
});
