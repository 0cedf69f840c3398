import { run } from '../docker/run.ts';

/** How long a registry may take to name an image's layers before it counts as unreachable. */
const answerMs = 15_000;
const answered = /Pulling from|Digest: |Status: /;

/** These refusals come from a registry that is there, so others of its images can be tried. */
const refused = /manifest unknown|not found|denied|unauthorized|toomanyrequests/i;

export interface PullResult {
  /** The last line of what Docker said, when the image was not pulled. */
  failure?: string;
  /** Whether there was a registry to answer, with the image or with a refusal. */
  answered: boolean;
}

/** Pulls an image; that it cannot be pulled is a result, not an error. */
export async function pull(
  reference: string,
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<PullResult> {
  const noAnswer = new AbortController();
  const timer = setTimeout(() => noAnswer.abort(), answerMs);
  try {
    const result = await run('docker', ['pull', reference], {
      signal: AbortSignal.any([signal, noAnswer.signal]),
      onLine(line) {
        if (answered.test(line)) clearTimeout(timer);
        onLine(line);
      },
    });
    if (result.code === 0) return { answered: true };
    const failure = result.stderr.trim().split('\n').at(-1) ?? '';
    return { failure, answered: refused.test(failure) };
  } catch (error) {
    if (noAnswer.signal.aborted && !signal.aborted) {
      return { failure: `no answer within ${answerMs / 1000} s`, answered: false };
    }
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
