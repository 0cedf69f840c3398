import { useEffect, useState } from 'react';
import type { FeedEvent } from '#contracts/http/console.ts';
import { consolePath, follow } from './api.ts';

const mostShown = 100;

/** Order events as they come, the newest first. */
export function useFeed(): {
  readonly events: readonly FeedEvent[];
  readonly state: 'live' | 'waiting';
  readonly reason: string | undefined;
} {
  const [events, setEvents] = useState<readonly FeedEvent[]>([]);
  const [{ state, reason }, setState] = useState<{ state: 'live' | 'waiting'; reason?: string | undefined }>({
    state: 'waiting',
  });
  useEffect(() => {
    const stopped = new AbortController();
    // Under load hundreds come in a second: they are drawn together.
    let waiting: FeedEvent[] = [];
    const timer = setInterval(() => {
      if (waiting.length === 0) return;
      const next = waiting.reverse();
      waiting = [];
      setEvents((before) => [...next, ...before].slice(0, mostShown));
    }, 250);
    void follow(consolePath('feed'), {
      signal: stopped.signal,
      onData: (data) => waiting.push(JSON.parse(data) as FeedEvent),
      onState: (next, why) => setState({ state: next, reason: why }),
    });
    return () => {
      stopped.abort();
      clearInterval(timer);
    };
  }, []);
  return { events, state, reason };
}
