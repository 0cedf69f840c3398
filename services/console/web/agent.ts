import { createContext, useContext } from 'react';

/** A fault that was made on purpose; without an end while it lasts. */
export interface FaultTime {
  readonly title: string;
  readonly fromMs: number;
  readonly toMs?: number | undefined;
}

export const FaultTimes = createContext<readonly FaultTime[]>([]);

/** What was broken on purpose, now and before, for marks on charts. */
export const useFaultTimes = (): readonly FaultTime[] => useContext(FaultTimes);
