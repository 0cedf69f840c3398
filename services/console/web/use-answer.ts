import { useCallback, useEffect, useState } from 'react';
import { ask } from './api.ts';
import { firstAnswer } from './first-answer.ts';

export interface Answer<T> {
  /** The latest; stays while a later one is away. */
  readonly data: T | undefined;
  readonly error: string | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

/**
 * Asks for something, and again every `everyMs` while the page is seen.
 *
 * @param url undefined: there is nothing to ask for yet.
 * @param elsewhere who is asked when what answers there is away.
 */
export function useAnswer<T>(url: string | undefined, everyMs?: number, elsewhere?: string): Answer<T> {
  const [state, setState] = useState<{ url?: string; data?: T; error?: string | undefined }>({});
  const [turn, setTurn] = useState(0);
  const reload = useCallback(() => setTurn((before) => before + 1), []);

  // Another `turn` asks again.
  useEffect(() => {
    if (url === undefined) return;
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const once = async (): Promise<void> => {
      if (!document.hidden) {
        const next = await answerOf<T>(elsewhere === undefined ? [url] : [url, elsewhere], stopped.signal);
        if (stopped.signal.aborted) return;
        setState((before) => ({
          url,
          ...(before.url === url && before.data !== undefined ? { data: before.data } : {}),
          ...next,
        }));
      }
      if (everyMs !== undefined) timer = setTimeout(once, everyMs);
    };
    void once();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [url, everyMs, elsewhere, turn]);

  const known = state.url === url ? state : {};
  return {
    data: known.data,
    error: known.error,
    loading: url !== undefined && known.data === undefined && known.error === undefined,
    reload,
  };
}

async function answerOf<T>(
  urls: readonly string[],
  signal: AbortSignal,
): Promise<{ data?: T; error: string | undefined }> {
  try {
    return { data: await firstAnswer(urls, (url) => ask<T>(url, { signal })), error: undefined };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
