import { customerId } from '#contracts/events/order-line.ts';
import { parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import { stackTokens } from '../../stack/tokens.ts';
import type { Command } from '../commands.ts';
import { say } from '../progress.ts';
import { UserError } from '../user-error.ts';

export const command: Command = {
  summary: 'Print the address of the console, signed in',
  usage: `Usage: ./coffee console [--subject ID]

The address of the developer console with an access token behind the #, which no server is sent: good for 15 minutes, as
an operator, barista and customer at once, so that orders can be placed there. It is signed with the stack's own secret, as
./coffee token does it. Others sign in with an account (docs/security.md).

  --subject ID     who it is: a customer's id, as in her orders (developer)`,

  async run(args, signal) {
    const { values } = parseFlags('console', args, { subject: { type: 'string', default: 'developer' } });
    const subject = customerId.safeParse(values.subject).data;
    if (subject === undefined)
      throw new UserError(`--subject is "${values.subject}".`, 'Give 1 to 64 letters, digits, "-" or "_".');
    const settings = await readSettings();
    const tokens = await stackTokens(settings, signal);
    const token = await tokens.tokenOf(subject, 'operator', 'barista', 'customer');
    const address = new URL('/console/', settings.edgeUrl);
    // The certificate is of this name too, and a browser shows it.
    address.hostname = 'localhost';
    address.hash = `token=${token}`;
    console.log(address.href);
    say('Open it within 15 minutes. ./coffee trust has the browser know its certificate.');
    return 0;
  },
};
