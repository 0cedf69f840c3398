/** What is shown is of this moment, and of somebody's: nobody may keep it. */
export const noStore = { 'Cache-Control': 'no-store' };
export const noStoreHeader = { 'Cache-Control': 'Always `no-store`' };
