import type { Role } from '#contracts/access-token.ts';
import { AppError } from '../errors/app-error.ts';

/** Who sends a request, as a verified token says. */
export interface Identity {
  /** Opaque; a customer's orders carry it as `customerId`. */
  readonly subject: string;
  readonly roles: ReadonlySet<Role>;
  /** When the token ends, in milliseconds since the epoch. */
  readonly expiresAt: number;
}

/** Whether somebody has one of these roles. */
export const hasRole = ({ roles }: Identity, ...wanted: readonly Role[]): boolean =>
  wanted.some((role) => roles.has(role));

/** @throws AppError `forbidden` for who has none of these roles. */
export function requireRole(identity: Identity, ...wanted: readonly Role[]): void {
  if (hasRole(identity, ...wanted)) return;
  throw new AppError('forbidden', `This is for the role ${wanted.join(' or ')}.`);
}
