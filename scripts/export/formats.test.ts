import { parquetReadObjects } from 'hyparquet';
import { expect, it } from 'vitest';
import { toCsv, toParquet } from './formats.ts';
import type { Column } from './tables.ts';

const at = new Date('2026-01-01T08:00:00.000Z');
const columns: Column[] = [
  { name: 'starts_at', type: 'time', values: [at, at] },
  { name: 'product_id', type: 'text', values: ['flat-white', 'a "double", please'] },
  { name: 'quantity', type: 'number', values: [3, null] },
];

it('writes CSV that keeps quotes and commas apart from its own', () => {
  expect(toCsv(columns).toString()).toBe(
    'starts_at,product_id,quantity\r\n' +
      '2026-01-01T08:00:00.000Z,flat-white,3\r\n' +
      '2026-01-01T08:00:00.000Z,"a ""double"", please",\r\n',
  );
  expect(toCsv(columns.map((column) => ({ ...column, values: [] }))).toString()).toBe(
    'starts_at,product_id,quantity\r\n',
  );
});

it('writes Parquet that others read', async () => {
  const buffer = await toParquet(columns);
  const file = buffer.buffer.slice(buffer.byteOffset, buffer.byteOffset + buffer.byteLength) as ArrayBuffer;
  expect(await parquetReadObjects({ file })).toEqual([
    { starts_at: at, product_id: 'flat-white', quantity: 3n },
    { starts_at: at, product_id: 'a "double", please', quantity: null },
  ]);
});
