import { Alert, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer } from '../use-answer.ts';

/** What was answered; what is wrong where it was not. An older answer stays below that. */
export function Answered<T>({
  answer,
  what,
  children,
}: {
  readonly answer: Answer<T>;
  /** `the map`, in what is told. */
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}) {
  return (
    <>
      {answer.error !== undefined && (
        <Alert color="red" variant="outline" title={`There is no news of ${what}`} role="status" mb="sm">
          {answer.error}
        </Alert>
      )}
      {answer.loading && <Loader role="status" aria-label={`Waiting for ${what}`} />}
      {answer.data !== undefined && children(answer.data)}
    </>
  );
}
