import type { FieldError } from '../errors/app-error.ts';

/** Where and why a text is not JSON that we take. `kind` is `broken` when it is not JSON at all. */
export class JsonFault extends Error {
  readonly kind: 'broken' | 'refused';
  readonly field: FieldError;

  constructor(kind: 'broken' | 'refused', field: FieldError) {
    super(field.message);
    this.name = 'JsonFault';
    this.kind = kind;
    this.field = field;
  }
}

export interface JsonLimits {
  /** Most levels of objects and arrays inside each other. */
  readonly maxDepth: number;
  /** Most elements of an array, and most members of an object. */
  readonly maxElements: number;
}

const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const escapeSequence = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const quote = 0x22;
const backslash = 0x5c;

/**
 * Checks what JSON.parse does not tell: where a text is broken (V8 gives a position for some errors only), a name
 * that an object has twice (RFC 8259, section 4: unpredictable), nesting that is too deep, arrays that are too long, characters
 * that JSON can write and PostgreSQL can't keep.
 *
 * @throws JsonFault naming the place, as `body.items.0.size`.
 */
export function scanJson(text: string, limits: JsonLimits): void {
  new Scanner(text, limits).scan();
}

class Scanner {
  readonly #text: string;
  readonly #limits: JsonLimits;
  readonly #path: (string | number)[] = ['body'];
  #at = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
  }

  scan(): void {
    this.#value(0);
    if (this.#next() !== '') this.#broken();
  }

  #value(depth: number): void {
    const next = this.#next();
    if (next === '{' || next === '[') {
      if (depth === this.#limits.maxDepth) this.#refuse(`must not be nested deeper than ${depth} levels`);
      if (next === '{') this.#members(depth);
      else this.#elements(depth);
    } else if (next === '"') this.#string();
    else this.#match(scalar);
  }

  #members(depth: number): void {
    const names = new Set<string>();
    this.#at += 1;
    if (this.#take('}')) return;
    do {
      if (this.#next() !== '"') this.#broken();
      const name = this.#string();
      this.#path.push(name);
      if (names.has(name)) this.#refuse('must not be given twice');
      names.add(name);
      if (!this.#take(':')) this.#broken();
      this.#value(depth + 1);
      this.#path.pop();
      this.#count(names.size);
    } while (this.#take(','));
    if (!this.#take('}')) this.#broken();
  }

  #elements(depth: number): void {
    this.#at += 1;
    if (this.#take(']')) return;
    let index = 0;
    do {
      this.#path.push(index);
      this.#value(depth + 1);
      this.#path.pop();
      index += 1;
      this.#count(index);
    } while (this.#take(','));
    if (!this.#take(']')) this.#broken();
  }

  /** Moves over a string. @returns its content. */
  #string(): string {
    const start = this.#at;
    let escaped = false;
    this.#at += 1;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code === quote) break;
      if (code === backslash) {
        escaped = true;
        this.#match(escapeSequence);
      } else if (code >= 0x20) this.#at += 1;
      else this.#broken();
    }
    this.#at += 1;
    if (!escaped) return this.#text.slice(start + 1, this.#at - 1);
    const content = JSON.parse(this.#text.slice(start, this.#at)) as string;
    if (content.includes('\0') || !content.isWellFormed())
      this.#refuse("must have neither U+0000 nor half of a surrogate pair, which can't be stored");
    return content;
  }

  #match(pattern: RegExp): void {
    pattern.lastIndex = this.#at;
    if (!pattern.test(this.#text)) this.#broken();
    this.#at = pattern.lastIndex;
  }

  #take(character: string): boolean {
    if (this.#next() !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Moves over blanks. @returns the character after them, empty at the end. */
  #next(): string {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) break;
      this.#at += 1;
    }
    return this.#text.charAt(this.#at);
  }

  #count(elements: number): void {
    const { maxElements } = this.#limits;
    if (elements > maxElements) this.#refuse(`must not have more than ${maxElements} elements`);
  }

  #refuse(message: string): never {
    throw new JsonFault('refused', { field: this.#path.join('.').slice(0, 200), message });
  }

  #broken(): never {
    const lines = this.#text.slice(0, this.#at).split('\n');
    const column = (lines.at(-1)?.length ?? 0) + 1;
    const what = this.#at >= this.#text.length ? 'ends too early' : 'is not JSON';
    const message = `${what} at position ${this.#at} (line ${lines.length}, column ${column})`;
    throw new JsonFault('broken', { field: 'body', message });
  }
}
