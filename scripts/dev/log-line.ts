/** 256 colours of a terminal that can be read on black and on white, far enough from each other; red says that it failed. */
const palette = [33, 35, 136, 133, 37, 166, 64, 96, 31, 172, 28, 127];
const levelColours: Readonly<Record<string, number>> = { warn: 214, error: 196, fatal: 196 };

const paint = (code: number, text: string): string => `\x1b[38;5;${code}m${text}\x1b[39m`;
const faint = (text: string): string => `\x1b[2m${text}\x1b[22m`;

/** Of every line: who says it is before it, and the trace is enough to find the rest in Jaeger. */
const leftOut = new Set(['level', 'time', 'name', 'msg', 'span_id', 'trace_flags']);

/** What a line of a service's log says; undefined for what is no record of it. */
export function logRecord(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'msg' in value
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // A line of another program that begins with a brace.
    return undefined;
  }
}

/** A field as text. */
export const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `12:00:01.123`, of the clock that this machine shows. */
function clock(time: unknown): string {
  const at = new Date(typeof time === 'string' || typeof time === 'number' ? time : Number.NaN);
  if (Number.isNaN(at.getTime())) return '';
  const parts = [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${parts.join(':')}.${String(at.getMilliseconds()).padStart(3, '0')}`;
}

const eraseLine = '\x1b[2K';

/**
 * A line of `docker compose logs`: `web3-payment-1  | text`. Undefined for what is none. Compose 2.26 clears the terminal's
 * line before each, also where there is no terminal.
 */
export function containerLine(line: string): { readonly name: string; readonly text: string } | undefined {
  const said = line.startsWith(eraseLine) ? line.slice(eraseLine.length) : line;
  const [, name, text = ''] = /^([\w-]+?)(?:-\d+)?\s+\| ?(.*)$/.exec(said) ?? [];
  return name === undefined ? undefined : { name, text };
}

/** Writes lines of several programs one below the other. */
export class LogLines {
  readonly #width: number;
  readonly #colours: boolean;
  readonly #numbers = new Map<string, number>();

  /**
   * @param names of those who will speak, for a column that is wide enough
   * @param colours whether the reader shows them (a file does not)
   */
  constructor(names: readonly string[], colours: boolean) {
    this.#width = Math.max(4, ...names.map(({ length }) => length));
    this.#colours = colours;
    for (const name of names) this.#numberOf(name);
  }

  /** A line of a service's log as people read it; whatever is no log record stays as it is. */
  format(name: string, line: string): string {
    const said = logRecord(line);
    const who = this.#colour(palette[this.#numberOf(name) % palette.length] ?? 0, name.padEnd(this.#width));
    if (!said) return `${who} ${line}`;
    const level = shown(said.level ?? '').padEnd(5);
    const colour = levelColours[level.trim()];
    const fields = Object.entries(said)
      .filter(([field]) => !leftOut.has(field))
      .map(([field, value]) => `${field}=${shown(value)}`)
      .join(' ');
    const words = [
      who,
      this.#faint(clock(said.time)),
      colour === undefined ? this.#faint(level) : this.#colour(colour, level),
      shown(said.msg),
      this.#faint(fields),
    ];
    return words.filter((word) => word !== '').join(' ');
  }

  #numberOf(name: string): number {
    const number = this.#numbers.get(name) ?? this.#numbers.size;
    this.#numbers.set(name, number);
    return number;
  }

  #colour(code: number, text: string): string {
    return this.#colours ? paint(code, text) : text;
  }

  #faint(text: string): string {
    return this.#colours && text !== '' ? faint(text) : text;
  }
}
