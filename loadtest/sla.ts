import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf } from '#platform/errors/app-error.ts';
import { UserError } from '../scripts/cli/user-error.ts';

const share = z.number().min(0).max(1);
const milliseconds = z.number().positive();

/** What is promised. A run that does not hold all of it fails. */
export const slaSchema = z.strictObject({
  acceptance: z.strictObject({
    /** From the moment at which a request should have been sent to its answer, for 95 % of them. */
    p95Ms: milliseconds,
    /** Of the requests that should have been sent, those that were: with less, the load was not what the run says. */
    leastOffered: share,
    /** Answers of 500 and above, of all requests. */
    mostServerErrors: share,
    /** Requests answered with success. Errors, time-outs and what was refused count as unavailable. */
    leastAvailability: share,
  }),
  endToEnd: z.strictObject({
    /** From acceptance until the order and its event are committed, by the platform's own record. */
    processedP95Ms: milliseconds,
  }),
  afterwards: z.strictObject({
    /** After the last request, until no consumer group has anything left to read. */
    lagGoneWithinMs: milliseconds,
    /** How far outside of the bucket of the server's own P95 the client's may be (agreement.ts says why it is that far). */
    serverP95MarginMs: milliseconds,
  }),
  /** Of `soak`: what the last fifth of it may be, as a multiple of the first. */
  growth: z.strictObject({
    /** Of a container. */
    mostMemory: z.number().min(1),
    /** As large as a smaller one counts, in MiB. */
    memoryFloorMiB: z.number().positive(),
    mostP95: z.number().min(1),
    /** As slow as a faster one counts. */
    p95FloorMs: milliseconds,
  }),
  /** By scenario, and for the knee of `capacity` by entrance. */
  leastAcceptedPerSecond: z.record(z.string(), z.number().positive()),
});

export type Sla = z.infer<typeof slaSchema>;

const file = new URL('sla.json', import.meta.url);

/** @throws UserError when the file is not what it must be */
export async function readSla(path: URL | string = file): Promise<Sla> {
  try {
    return slaSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error);
    throw new UserError(
      `loadtest/sla.json can't be taken: ${why}`,
      'Correct it; loadtest/sla.ts says what it holds.',
      {
        cause: error,
      },
    );
  }
}
