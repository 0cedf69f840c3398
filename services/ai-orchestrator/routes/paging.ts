/** The last one of a full page, from which the next one goes on; undefined at the end. */
export const lastOfPage = <T>(items: readonly T[], limit: number): T | undefined =>
  items.length === limit ? items.at(-1) : undefined;

export const noStore = { 'Cache-Control': 'no-store' };
export const noStoreHeader = { 'Cache-Control': 'Always `no-store`' };
