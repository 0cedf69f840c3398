import { type ExportResult, ExportResultCode } from '@opentelemetry/core';
import { expect, it } from 'vitest';
import { type Exporter, RetryingExporter } from './retrying-exporter.ts';

const [ok, failed] = [{ code: ExportResultCode.SUCCESS }, { code: ExportResultCode.FAILED }];

/** Answers with these results, one a call, and with success afterwards. */
function exporterWith(results: (ExportResult | Error)[]) {
  const calls: string[][] = [];
  const exporter: Exporter<string> = {
    export: (items, done) => {
      calls.push([...items]);
      const result = results.shift() ?? ok;
      if (result instanceof Error) throw result;
      done(result);
    },
    shutdown: () => Promise.resolve(),
  };
  return { exporter, calls };
}
const exported = (exporter: Exporter<string>): Promise<ExportResult> =>
  new Promise((resolve) => exporter.export(['span'], resolve));

it('repeats what failed, whole, until it is taken', async () => {
  const { exporter, calls } = exporterWith([failed, new Error('broken')]);
  expect(await exported(new RetryingExporter(exporter))).toEqual(ok);
  expect(calls).toEqual([['span'], ['span'], ['span']]);
});

it('gives up in time, with the last result', async () => {
  const { exporter, calls } = exporterWith(Array(100).fill(failed));
  expect(await exported(new RetryingExporter(exporter, 0))).toEqual(failed);
  expect(calls).toHaveLength(1);
});

it('does not hold up the end of the process', async () => {
  const { exporter } = exporterWith(Array(100).fill(failed));
  const retrying = new RetryingExporter(exporter);
  const result = exported(retrying);
  await retrying.shutdown();
  expect(await result).toEqual(failed);
  await retrying.forceFlush();
});
