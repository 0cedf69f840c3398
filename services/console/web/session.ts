import type { Tokens } from '#contracts/http/identity.ts';

/** Who is signed in: for this tab, until it is closed. */
interface Session {
  readonly accessToken: string;
  /** Undefined for a token of `./coffee console`, which is good for its time only. */
  readonly refreshToken?: string;
}

const key = 'go-coffee-session';
const listeners = new Set<() => void>();

let current: Session | undefined = read();

function read(): Session | undefined {
  const text = sessionStorage.getItem(key);
  return text === null ? undefined : (JSON.parse(text) as Session);
}

export const session = (): Session | undefined => current;

/** @param next undefined: nobody is signed in any more. */
export function setSession(next: Session | undefined): void {
  current = next;
  if (next) sessionStorage.setItem(key, JSON.stringify(next));
  else sessionStorage.removeItem(key);
  for (const listener of listeners) listener();
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/**
 * `./coffee console` opens the page with a token behind the #, which no server is ever sent. It goes from the address at once:
 * nothing must keep it.
 */
export function takeTokenFromAddress(): void {
  const token = /^#token=([\w.-]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return;
  history.replaceState(null, '', `${location.pathname}#/map`);
  setSession({ accessToken: token });
}

async function tokensOf(path: string, body: unknown): Promise<Tokens> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as Tokens & { readonly detail?: string };
  if (!response.ok) throw new Error(answer.detail ?? `The answer was ${response.status}.`);
  return answer;
}

/** @throws Error with what to tell. */
export async function signIn(username: string, password: string): Promise<void> {
  const { accessToken, refreshToken } = await tokensOf('/v1/identity/tokens', { username, password });
  setSession({ accessToken, refreshToken });
}

let refreshing: Promise<boolean> | undefined;

/** Gets another token once, however many requests want it: a refresh token is good for one use. @returns whether it did */
export function refresh(): Promise<boolean> {
  refreshing ??= renew().finally(() => {
    refreshing = undefined;
  });
  return refreshing;
}

async function renew(): Promise<boolean> {
  const refreshToken = current?.refreshToken;
  if (refreshToken !== undefined) {
    try {
      const tokens = await tokensOf('/v1/identity/tokens/refresh', { refreshToken });
      setSession({ accessToken: tokens.accessToken, refreshToken: tokens.refreshToken });
      return true;
    } catch (error) {
      console.warn('The session was not renewed.', error);
    }
  }
  setSession(undefined);
  return false;
}

/** Ends the session, at the producer too. */
export async function signOut(): Promise<void> {
  const refreshToken = current?.refreshToken;
  setSession(undefined);
  if (refreshToken === undefined) return;
  await fetch('/v1/identity/tokens/revoke', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ refreshToken }),
  });
}
