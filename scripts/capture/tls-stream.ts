/** What one side of a connection has said so far. */
export type Verdict =
  /** Nothing. */
  | 'silent'
  /** TLS records, from the first byte to the last. */
  | 'tls'
  /** Something else. */
  | 'plaintext';

const headerBytes = 5;
// RFC 8446, section 5.1: change_cipher_spec, alert, handshake, application_data. What begins a connection is no data.
const contentTypes = new Set([20, 21, 22, 23]);
const openingTypes = new Set([21, 22]);
const largestRecord = 2 ** 14 + 256;
// A record's header is at the begin of a segment at the latest after the longest record.
const longestSearch = 4 * largestRecord;

/**
 * Reads what one side of a connection sends as TLS records, and nothing else will do: their headers are in plain text,
 * so that no key is needed to tell. Records may begin and end anywhere in a segment.
 */
export class TlsStream {
  /** How much more of the current record is to come. */
  #left = 0;
  #header: Buffer = Buffer.alloc(0);
  #records = 0;
  #bytes = 0;
  #searched = 0;
  #plaintext = false;
  /** Whether the first byte of the connection was seen. */
  readonly #whole: boolean;
  #preface: Buffer;

  /** @param preface what this side says before TLS, exactly, if it says anything (PostgreSQL's request for TLS). */
  constructor(whole: boolean, preface: Buffer = Buffer.alloc(0)) {
    this.#whole = whole;
    this.#preface = preface;
  }

  get verdict(): Verdict {
    if (this.#plaintext) return 'plaintext';
    if (this.#bytes === 0) return 'silent';
    // A connection that was found in the middle is TLS when a record was found, and so is the rest of a header.
    return this.#records > 0 || this.#whole ? 'tls' : 'plaintext';
  }

  /** The next bytes in the order in which they were sent. */
  push(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    if (this.#plaintext) return;
    const rest = this.#skipPreface(bytes);
    if (this.#whole || this.#records > 0) this.#read(rest);
    else if (this.#looksLikeRecord(rest)) this.#read(rest);
    else {
      this.#searched += rest.length;
      this.#plaintext = this.#searched > longestSearch;
    }
  }

  #skipPreface(bytes: Buffer): Buffer {
    const length = Math.min(this.#preface.length, bytes.length);
    if (length === 0 || !bytes.subarray(0, length).equals(this.#preface.subarray(0, length))) {
      this.#preface = Buffer.alloc(0);
      return bytes;
    }
    this.#preface = this.#preface.subarray(length);
    return bytes.subarray(length);
  }

  #read(bytes: Buffer): void {
    let rest = bytes;
    while (rest.length > 0) {
      if (this.#left > 0) {
        const taken = Math.min(this.#left, rest.length);
        this.#left -= taken;
        rest = rest.subarray(taken);
        continue;
      }
      const missing = headerBytes - this.#header.length;
      this.#header = Buffer.concat([this.#header, rest.subarray(0, missing)]);
      rest = rest.subarray(missing);
      if (!this.#mayBeHeader(this.#header)) {
        this.#plaintext = true;
        return;
      }
      if (this.#header.length < headerBytes) return;
      this.#left = this.#header.readUInt16BE(3);
      this.#header = Buffer.alloc(0);
      this.#records += 1;
    }
  }

  #looksLikeRecord(bytes: Buffer): boolean {
    return bytes.length >= headerBytes && this.#mayBeHeader(bytes.subarray(0, headerBytes));
  }

  /** Of a header that has not come as a whole, as far as it goes. */
  #mayBeHeader(header: Buffer): boolean {
    const [type = 22, major = 3, minor = 3] = header;
    const types = this.#whole && this.#records === 0 ? openingTypes : contentTypes;
    const length = header.length < headerBytes ? 1 : header.readUInt16BE(3);
    return types.has(type) && major === 3 && minor <= 4 && length > 0 && length <= largestRecord;
  }
}
