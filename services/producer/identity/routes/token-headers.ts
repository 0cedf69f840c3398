/** Of answers with tokens (RFC 6749, section 5.1). */
export const tokenHeaders = {
  described: { 'Cache-Control': 'Always `no-store`' },
  sent: { 'Cache-Control': 'no-store' },
} as const;
