import type { AgentMessage, MessageQuery } from '#contracts/http/agents.ts';
import type { Database, Transaction } from '#platform/database/database.ts';

interface MessageRow {
  readonly id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: Record<string, unknown>;
  readonly sent_at: Date;
  readonly delivered_at: Date | null;
  readonly run_id: string | null;
}

const messageOf = (row: MessageRow): AgentMessage => ({
  id: row.id,
  to: row.recipient,
  subject: row.subject,
  body: row.body,
  sentAt: row.sent_at.toISOString(),
  deliveredAt: row.delivered_at?.toISOString() ?? null,
  runId: row.run_id,
});

export interface NewMessage {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The run in which a built-in agent answers: it has it by that. To remote ones it has to be brought. */
  readonly runId: string | null;
}

/** Keeps messages; those that are there already stay as they are. @returns all of them, in this order. */
export async function keepMessages(
  database: Database | Transaction,
  messages: readonly NewMessage[],
): Promise<AgentMessage[]> {
  const { rows } = await database.raw<{ rows: MessageRow[] }>(
    `with given as (
       select * from jsonb_to_recordset(?::jsonb)
         as record (id uuid, "to" text, subject text, body jsonb, "runId" uuid)),
     added as (
       insert into ai.messages (id, recipient, subject, body, run_id, delivered_at)
       select id, "to", subject, body, "runId", case when "runId" is not null then now() end from given
       on conflict (id) do nothing returning *)
     select * from added union all select * from ai.messages where id in (select id from given)`,
    [JSON.stringify(messages)],
  );
  const byId = new Map(rows.map((row) => [row.id, messageOf(row)]));
  return messages.flatMap(({ id }) => byId.get(id) ?? []);
}

/** The latest ones first. */
export async function listMessages(
  database: Database,
  { to, before, limit }: MessageQuery,
): Promise<AgentMessage[]> {
  const { rows } = await database.raw<{ rows: MessageRow[] }>(
    `select * from ai.messages
      where (:to::text is null or recipient = :to)
        and (:before::uuid is null or number < (select number from ai.messages where id = :before))
      order by number desc limit :limit`,
    { to: to ?? null, before: before ?? null, limit },
  );
  return rows.map(messageOf);
}

/**
 * Takes messages that their remote agents do not have, each with its address. Each comes again later, after a pause that
 * doubles up to an hour, unless it is marked as delivered: who can't be reached does not keep others from theirs.
 */
export async function takeUndelivered(
  database: Database,
  limit: number,
): Promise<{ readonly message: AgentMessage; readonly url: string }[]> {
  const { rows } = await database.raw<{ rows: (MessageRow & { url: string })[] }>(
    `with taken as (select messages.id, agents.url from ai.messages join ai.agents on agents.id = recipient
                     where delivered_at is null and next_attempt_at <= now()
                     order by next_attempt_at limit ? for update of messages skip locked)
     update ai.messages set attempts = attempts + 1,
            next_attempt_at = now() + least(3600, 30 * 2 ^ least(attempts, 10)) * interval '1 second'
       from taken where messages.id = taken.id returning messages.*, taken.url`,
    [limit],
  );
  return rows.map((row) => ({ message: messageOf(row), url: row.url }));
}

export async function markDelivered(database: Database, id: string): Promise<void> {
  await database.raw('update ai.messages set delivered_at = now() where id = ?', [id]);
}
