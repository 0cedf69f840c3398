/**
 * What must not stand in a log, in the syntax that RE2 and JavaScript have in common; (?i) at the start is RE2's flag i.
 * observability/collector/redaction.yaml has the same patterns, for whoever else logs or traces: sensitive.test.ts holds
 * the two to be equal. None may need more than linear time, since JavaScript goes back where RE2 does not; at the beginning
 * one may repeat a class without a bound (redact-line.ts sees to that).
 */

// Names of fields, or the last part of one: as snake_case, kebab-case and dots have it, then as camelCase does.
const credentialNames = [
  '(authorization|cookie|set[_-]cookie|passw(or)?d|secret|api[_-]?key|private[_-]?key|mnemonic)',
  '(access|refresh|id|bearer|session|auth)[_-]?token',
];
const credentialEnd =
  '[a-z0-9](Authorization|Cookie|Passw(or)?d|Secret|A(pi|PI)Key|PrivateKey|Mnemonic|(Access|Refresh|Id|ID|Bearer|Session|Auth)Token)';

/** Keys whose whole value goes. */
export const blockedKeys: readonly string[] = [
  ...credentialNames.map((names) => `(?i)(^|[._-])${names}$`),
  `${credentialEnd}$`,
];

/** The same keys where they stand in a line of JSON that has no escapes. */
export const blockedKeysInLine: readonly string[] = [
  ...credentialNames.map((names) => `(?i)["._-]${names}":`),
  `${credentialEnd}":`,
];

/**
 * Texts that go wherever they stand. The collector looks for them in no particular order: of user and password of an address
 * what looks like an e-mail address may be gone already, and the rest has to go as well.
 */
export const blockedValues: readonly string[] = [
  'eyJ[A-Za-z0-9_-]{16,}([.][A-Za-z0-9_-]*){0,4}',
  String.raw`(?i)\b(bearer|basic)[ +][A-Za-z0-9._~+/=-]{8,}`,
  '://[^/?#@ "]{1,255}(@[^/?# "]{0,255}|[*]{4})',
  '[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+[.][A-Za-z]{2,}[A-Za-z0-9._%+-]*',
  String.raw`\b(4[0-9]{3}|5[1-5][0-9]{2}|2[2-7][0-9]{2}|6011|65[0-9]{2})(( ?[0-9]{4}){3}( ?[0-9]{3})?|(-[0-9]{4}){3}(-[0-9]{3})?)\b`,
  String.raw`\b3[47][0-9]{2}( ?[0-9]{6} ?|-[0-9]{6}-)[0-9]{5}\b`,
  String.raw`\b(sk|pk|rk)[-_][A-Za-z0-9_-]{16,}`,
  String.raw`\b(ghp|gho|ghs|github_pat|glpat|xox[abprs])[-_][A-Za-z0-9_-]{16,}`,
  String.raw`\bAKIA[0-9A-Z]{16}\b`,
  '-----BEGIN [A-Z ]*PRIVATE KEY-----[^-]*(-----END [A-Z ]*PRIVATE KEY-----)?',
  String.raw`\b(0x)?[0-9a-fA-F]{64}\b`,
  String.raw`(?i)\b(passw(or)?d|secret|api[_-]?key|private[_-]?key|access[_-]?token)["']?[ ]*[=:][ ]*["']?[^"' ,;&}]{4,}`,
];

/** Keys whose values everybody may see: hashes of blocks and transactions, of requests, of images. */
export const ignoredKeys: readonly string[] = ['(?i)(hash|fingerprint|digest)$'];
