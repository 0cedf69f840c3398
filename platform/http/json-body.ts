import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import getRawBody from 'raw-body';
import { AppError } from '../errors/app-error.ts';
import { JsonFault, scanJson } from './json-scan.ts';

const jsonLimits = { maxDepth: 32, maxElements: 1000 };

// RFC 8259, section 8.1: JSON between systems is UTF-8; a charset parameter has no meaning, but UTF-8 does no harm.
// No two runs of blanks meet in it: thousands of them would be tried in every division.
const jsonType = /^application\/json\s*(?:;\s*(?:charset\s*=\s*"?utf-?8"?\s*(?:;\s*)?)?)?$/i;

/**
 * Reads the body of a request as JSON.
 *
 * @throws AppError `unsupported-media-type` for any other type, charset or a compressed body, `payload-too-large`
 * beyond `maxBytes`, `malformed-json` with the position, `validation-failed` for names given twice and for structures
 * that are too deep or too long.
 */
export async function readJsonBody(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  checkMediaType(request);
  const bytes = await readBytes(request, maxBytes);
  const text = decode(bytes);
  try {
    scanJson(text, jsonLimits);
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    const code = error.kind === 'broken' ? 'malformed-json' : 'validation-failed';
    throw new AppError(code, `${error.field.field} ${error.message}`, {
      cause: error,
      fields: [error.field],
    });
  }
}

function checkMediaType(request: IncomingMessage): void {
  const type = request.headers['content-type'];
  if (type === undefined || !jsonType.test(type)) {
    const message = 'must be application/json in UTF-8';
    throw new AppError('unsupported-media-type', `content-type ${message}`, {
      fields: [{ field: 'header.content-type', message }],
    });
  }
  // A small compressed body can grow without bound, and orders are small: nothing is gained by taking them.
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    const message = 'must be identity: compressed bodies are not taken';
    throw new AppError('unsupported-media-type', `content-encoding ${message}`, {
      fields: [{ field: 'header.content-encoding', message }],
    });
  }
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const length = request.headers['content-length'];
  try {
    return await getRawBody(
      request,
      length === undefined ? { limit: maxBytes } : { limit: maxBytes, length },
    );
  } catch (error) {
    if ((error as { type?: string }).type === 'entity.too.large') {
      // Discards the rest: a client that is still sending would see a reset connection instead of the answer.
      request.resume();
      throw new AppError('payload-too-large', `The body must not be larger than ${maxBytes} bytes`, {
        cause: error,
        fields: [{ field: 'body', message: `must not be larger than ${maxBytes} bytes` }],
      });
    }
    throw new AppError('malformed-json', 'The request ended before its body did', { cause: error });
  }
}

function decode(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new AppError('malformed-json', 'The body is not UTF-8', {
    fields: [{ field: 'body', message: 'must be UTF-8' }],
  });
}
