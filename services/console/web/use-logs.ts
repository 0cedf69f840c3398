import type { LogPage } from '#contracts/http/console.ts';
import { agentAddress, consolePath } from './api.ts';
import { useSession } from './surroundings.tsx';
import { type Answer, useAnswer } from './use-answer.ts';

/** Docker reads files of all containers for it. */
const everyMs = 10_000;

/**
 * Log lines by Loki; where there is none, by the containers of the stack that the agent stands beside.
 *
 * @param once nothing more is to come of them.
 */
export function useLogs(
  query: Readonly<Record<string, string>>,
  { once = false }: { readonly once?: boolean } = {},
): Answer<LogPage> {
  const { agentUrl } = useSession();
  const elsewhere = agentUrl === null ? undefined : agentAddress(agentUrl, 'logs', query);
  return useAnswer<LogPage>(consolePath('logs', query), once ? undefined : everyMs, elsewhere);
}
