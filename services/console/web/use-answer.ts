import { useCallback, useEffect, useState } from 'react';
import { type Asking, ask } from './api.ts';

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
 */
export function useAnswer<T>(url: string | undefined, everyMs?: number): Answer<T> {
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
        const next = await answerOf<T>(url, { signal: stopped.signal });
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
  }, [url, everyMs, turn]);

  const known = state.url === url ? state : {};
  return {
    data: known.data,
    error: known.error,
    loading: url !== undefined && known.data === undefined && known.error === undefined,
    reload,
  };
}

async function answerOf<T>(url: string, asking: Asking): Promise<{ data?: T; error: string | undefined }> {
  try {
    return { data: await ask<T>(url, asking), error: undefined };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
