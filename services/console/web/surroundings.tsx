import { createContext, type ReactNode, useContext } from 'react';
import type { ConsoleSession } from '#contracts/http/console.ts';
import { FaultTimes } from './agent.ts';
import { useAgentFaults } from './use-agent.ts';

const Session = createContext<ConsoleSession | undefined>(undefined);

/** Who looks, and what there is beside the console. @throws Error outside of `Surroundings` */
export function useSession(): ConsoleSession {
  const session = useContext(Session);
  if (!session) throw new Error('There is no session here.');
  return session;
}

/** What every view may need. */
export function Surroundings({
  session,
  children,
}: {
  readonly session: ConsoleSession;
  readonly children: ReactNode;
}) {
  const faults = useAgentFaults(session.agentUrl);
  return (
    <Session.Provider value={session}>
      <FaultTimes.Provider value={faults}>{children}</FaultTimes.Provider>
    </Session.Provider>
  );
}
