import { request } from '@playwright/test';
import { messageOf } from '#platform/errors/app-error.ts';

/**
 * Why there is no such page; undefined when there is.
 * @param without what an image that was built without its page says in its place
 */
export async function whyAbsent(url: string, without?: string): Promise<string | undefined> {
  const context = await request.newContext({ ignoreHTTPSErrors: true });
  try {
    const response = await context.get(url, { timeout: 5_000 });
    if (!response.ok()) return `it answers ${response.status()}`;
    if (without === undefined || !(await response.text()).includes(without)) return undefined;
    return 'its image was built without its page';
  } catch (error) {
    return messageOf(error).split('\n')[0];
  } finally {
    await context.dispose();
  }
}

/**
 * Says that all specs of a part are skipped. In GitHub Actions, where its image can be pulled, that is a failure.
 * @throws Error there
 */
export function tellSkipped(part: string, why: string): void {
  if (process.env.GITHUB_ACTIONS) throw new Error(why);
  console.error(
    `\n  !!! ${why}\n  !!! ALL SPECS OF ${part.toUpperCase()} ARE SKIPPED: nothing of it was checked.\n`,
  );
}
