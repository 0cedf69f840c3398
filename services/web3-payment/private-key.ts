import type { Hex } from 'viem';
import { z } from 'zod';
import { parseKey } from './chain/signer.ts';

/** A private key; its value is never in an error. */
export const privateKey = z.string('must be set, as a file in …_FILE').transform((text, context): Hex => {
  const key = parseKey(text);
  if (key) return key;
  context.addIssue({
    code: 'custom',
    message: 'must be 0x and 64 hexadecimal digits, or 32 bytes in base64url',
  });
  return z.NEVER;
});
