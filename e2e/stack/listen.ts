import { randomBytes } from 'node:crypto';
import { Capture } from '../../scripts/capture/capture.ts';
import { sendInPlainText } from '../../scripts/capture/control.ts';
import { orderPathDoors, traceDoors } from '../../scripts/capture/doors.ts';
import { readExceptions } from '../../scripts/capture/exceptions.ts';
import { namesOf } from '../../scripts/capture/names.ts';
import { type CaptureReport, reportOf } from '../../scripts/capture/report.ts';
import { ensureInjectorImage } from '../../scripts/fault/injector-image.ts';
import { project } from './coffee.ts';

const { signal } = new AbortController();

/**
 * Listens on the stack's networks while an order is placed and traced.
 *
 * @param order does it. @returns what names the order, and must not be seen
 */
export async function listenTo(order: () => Promise<readonly string[]>): Promise<CaptureReport> {
  await using listening = await Capture.start(project, await ensureInjectorImage(signal), signal);
  const control = `/in-plain-text-${randomBytes(8).toString('hex')}`;
  await sendInPlainText(project, control, signal);
  const needles = await order();
  const nameOf = await namesOf(project, signal);
  const judgement = await listening.stop([control, ...needles]);
  const seen = [...orderPathDoors, ...traceDoors];
  return reportOf(judgement, { nameOf, exceptions: await readExceptions(), seen, control });
}
