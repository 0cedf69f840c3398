import type { Column } from './tables.ts';

/** Comma-separated values with a header. https://www.rfc-editor.org/rfc/rfc4180 */
export function toCsv(columns: readonly Column[]): Buffer {
  const rows = columns[0]?.values.length ?? 0;
  const lines = [columns.map(({ name }) => csvField(name))];
  for (let row = 0; row < rows; row += 1)
    lines.push(columns.map(({ values }) => csvField(textOf(values[row] ?? null))));
  return Buffer.from(lines.map((fields) => `${fields.join(',')}\r\n`).join(''));
}

const textOf = (value: Date | string | number | null): string =>
  value instanceof Date ? value.toISOString() : String(value ?? '');

const csvField = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

const parquetTypes = { time: 'TIMESTAMP', text: 'STRING', number: 'INT64' } as const;

/** Apache Parquet: times as timestamps in milliseconds, numbers as 64 bits. */
export async function toParquet(columns: readonly Column[]): Promise<Buffer> {
  // Only who asks for it waits for it to load.
  const { parquetWriteBuffer } = await import('hyparquet-writer');
  const columnData = columns.map(({ name, type, values }) => ({
    name,
    type: parquetTypes[type],
    data: values.map((value) => (type === 'number' && value !== null ? BigInt(Number(value)) : value)),
  }));
  return Buffer.from(parquetWriteBuffer({ columnData }));
}
