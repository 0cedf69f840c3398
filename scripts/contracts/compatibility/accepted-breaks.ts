/** A break that was decided on: it has to be told of in the changelog, and its partners have to be known. */
export interface AcceptedBreak {
  /** The release that it breaks with; the entry goes when there is a later one. */
  readonly since: string;
  /** The breaks as the comparison words them. */
  readonly breaks: RegExp;
  readonly reason: string;
}

export const acceptedBreaks: readonly AcceptedBreak[] = [
  {
    since: '0.1.0',
    breaks: /^producer\.openapi: \S+ \S+ \d+\.(orders\[\]\.)?status: "[a-z-]+" is given now$/,
    reason:
      'An order of 0.1 was accepted and nothing else. Its only clients were ours, and are of the same version.',
  },
  {
    since: '0.1.0',
    breaks: /^producer\.openapi: \S+ \S+: needs an access token now$/,
    reason: 'Version 0.1 let everybody see and do everything. Its only clients were ours, and sign in now.',
  },
];
