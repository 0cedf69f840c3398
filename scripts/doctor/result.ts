/** What one check found. Only `failed` makes `./coffee doctor` exit with 1; `note` is worth knowing, and fine. */
export interface CheckResult {
  name: string;
  status: 'ok' | 'note' | 'failed';
  detail: string;
  /** What to do about it; every failed check has one. */
  remedy?: string;
}

export const ok = (name: string, detail: string): CheckResult => ({ name, status: 'ok', detail });
export const note = (name: string, detail: string): CheckResult => ({ name, status: 'note', detail });
export const failed = (name: string, detail: string, remedy: string): CheckResult => ({
  name,
  status: 'failed',
  detail,
  remedy,
});

export const gibibyte = 1024 ** 3;

export function inGibibytes(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`;
}
