import { Group } from '@mantine/core';
import type { ReactNode } from 'react';

/** Fields in a row, and what is done with what stands in them. */
export function Form({
  label,
  onSend,
  children,
}: {
  readonly label: string;
  readonly onSend: (form: FormData) => void;
  readonly children: ReactNode;
}) {
  return (
    <form
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        onSend(new FormData(event.currentTarget));
      }}
    >
      <Group align="end">{children}</Group>
    </form>
  );
}

/** Texts of a form by name. */
export const textsOf = (form: FormData): Record<string, string> =>
  Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
