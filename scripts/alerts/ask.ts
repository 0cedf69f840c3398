import { UserError } from '../cli/user-error.ts';
import { ApiClient, type ApiReply, type ApiRequest, NoReplyError } from '../stack/api-client.ts';
import { readAuthority } from '../stack/authority.ts';
import type { StackSettings } from '../stack/settings.ts';

/** Asks a part of telemetry. @throws UserError when it does not answer at all */
export async function askAbout(
  what: string,
  url: URL,
  request: ApiRequest,
  settings: StackSettings,
): Promise<ApiReply> {
  using client = new ApiClient(url, 1, await readAuthority(settings, request.signal));
  try {
    return await client.send(request);
  } catch (error) {
    if (!(error instanceof NoReplyError)) throw error;
    throw new UserError(
      `${what} does not answer: ${error.message}.`,
      'It runs with COMPOSE_PROFILES=full: ./coffee up.',
      { cause: error },
    );
  }
}
