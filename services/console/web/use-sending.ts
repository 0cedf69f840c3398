import { useState } from 'react';
import { ask } from './api.ts';

/** Sends a form to the agent, and says what came of it. */
export function useSending(url: string, onDone: () => void) {
  const [error, setError] = useState('');
  const send = async (method: 'POST' | 'DELETE', body?: unknown): Promise<void> => {
    try {
      await ask(url, { method, body });
      setError('');
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal));
    }
    onDone();
  };
  return { error, send };
}
