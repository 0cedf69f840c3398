import { type Role, role } from '#contracts/access-token.ts';
import { customerId } from '#contracts/events/order-line.ts';
import { parseFlags } from '../../stack/flags.ts';
import { readSettings } from '../../stack/settings.ts';
import { stackTokens } from '../../stack/tokens.ts';
import type { Command } from '../commands.ts';
import { UserError } from '../user-error.ts';

export const command: Command = {
  summary: 'Print an access token for the running stack',
  usage: `Usage: ./coffee token [options]

An access token, good for 15 minutes, as whoever you say: for curl, and to make the first operator (docs/security.md).
It is signed with the stack's own secret, which only this machine and its services have.

  --role ROLE      customer, barista or operator; several separated by commas (customer)
  --subject ID     who it is: a customer's id, as in her orders (developer)

  curl --cacert .coffee/ca.crt -H "authorization: Bearer $(./coffee token --role operator)" \\
    https://localhost:8443/v1/orders`,

  async run(args, signal) {
    const { values } = parseFlags('token', args, {
      role: { type: 'string', default: 'customer' },
      subject: { type: 'string', default: 'developer' },
    });
    const subject = customerId.safeParse(values.subject).data;
    if (subject === undefined)
      throw new UserError(`--subject is "${values.subject}".`, 'Give 1 to 64 letters, digits, "-" or "_".');
    const tokens = await stackTokens(await readSettings(), signal);
    console.log(await tokens.tokenOf(subject, ...rolesIn(values.role)));
    return 0;
  },
};

function rolesIn(text: string): Role[] {
  return text.split(',').map((name) => {
    const found = role.safeParse(name.trim()).data;
    if (found) return found;
    throw new UserError(
      `--role is "${text}".`,
      `Give some of ${role.options.join(', ')}, separated by commas.`,
    );
  });
}
