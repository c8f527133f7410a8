import type { Identifier } from '../domain/identity/identifier';
import type { ReportedError } from '../domain/send/reported-error';
import type { SendStatus } from '../domain/vocabulary';
import { firstRow } from '../platform/database';
import type { Database } from '../platform/database';
import { isUnknownName } from './buyer-identity.store';

/** A status as WhatsApp reported it. */
export type NewStatus = {
  readonly whatsappId: string;
  readonly sendId: string | null;
  readonly status: string;
  readonly participant: string;
  readonly atMs: number;
  readonly pricing: object | null;
  readonly conversation: object | null;
  readonly error: object | null;
  readonly raw: unknown;
  readonly webhookItemId: number;
};

/**
 * Keeps a status once, with the price and the cause that any report of it tells; true when it told anything new but a price.
 */
export async function insertStatus(client: Database, status: NewStatus): Promise<boolean> {
  const { pricing, conversation } = status;
  const inserted = await client.query(
    `insert into send_status (whatsapp_id, send_id, status, participant, occurred_at, pricing, conversation, error, raw,
        webhook_item_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (whatsapp_id, status, participant) do update
        set error = excluded.error, raw = excluded.raw, webhook_item_id = excluded.webhook_item_id
      where send_status.error is null and excluded.error is not null`,
    [
      status.whatsappId,
      status.sendId,
      status.status,
      status.participant,
      new Date(status.atMs),
      jsonOrNull(pricing),
      jsonOrNull(conversation),
      jsonOrNull(status.error),
      JSON.stringify(status.raw),
      status.webhookItemId,
    ],
  );
  if (inserted.rowCount === 0 && (pricing !== null || conversation !== null))
    await client.query(
      `update send_status set pricing = coalesce(pricing, $4), conversation = coalesce(conversation, $5)
        where whatsapp_id = $1 and status = $2 and participant = $3 and (pricing is null or conversation is null)`,
      [status.whatsappId, status.status, status.participant, jsonOrNull(pricing), jsonOrNull(conversation)],
    );
  return inserted.rowCount === 1;
}

/** Statuses that move a send; others are kept and shown only. */
const MOVING_STATUSES: readonly SendStatus[] = ['sent', 'delivered', 'read', 'played', 'failed'];

/** A status that moves a send; null for one that is only kept. */
export function movingStatus(status: string): SendStatus | null {
  return MOVING_STATUSES.find((one) => one === status) ?? null;
}

/**
 * Whoever looks for the send of a message and whoever writes down that a send became this message wait for each other:
 * else a status could be parked at the moment at which its send becomes known, and nobody would find it again.
 */
export async function lockWhatsappId(client: Database, whatsappId: string): Promise<void> {
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`whatsapp_id:${whatsappId}`]);
}

/** A parked status that moves a send. */
export type ParkedStatus = {
  readonly status: SendStatus;
  readonly atMs: number;
  readonly error: ReportedError | null;
};

/**
 * Gives statuses that came before anybody knew their send to it, and names those that move it. One that calls the recipient
 * by a name that is not known as theirs is assigned once more by the sweep, which may join buyers; the locks held here may not.
 */
export async function takeParked(
  client: Database,
  send: { readonly id: string; readonly whatsappId: string },
): Promise<ParkedStatus[]> {
  const taken = await client.query<{ status: string; atMs: number; error: ReportedError | null }>(
    `with taken as (
       update send_status set send_id = $1 where whatsapp_id = $2 and send_id is null
       returning id, status, occurred_at, error, raw, webhook_item_id
     ), named as (
       update webhook_item set assigned_at = null
         from taken join send on send.id = $1
        where webhook_item.id = taken.webhook_item_id
          and ${isUnknownName('send', NAMES_IN_STATUS)}
     )
     select status, to_ms(occurred_at) as "atMs", error from taken order by occurred_at, id`,
    [send.id, send.whatsappId],
  );
  if (taken.rows.length > 0) await keepCharges(client, send.id);
  return taken.rows.flatMap((row) => {
    const status = movingStatus(row.status);
    return status === null ? [] : [{ ...row, status }];
  });
}

const NAMES_IN_STATUS = `array[taken.raw ->> 'recipient_user_id', taken.raw ->> 'recipient_parent_user_id',
  case when taken.raw ->> 'recipient_type' is distinct from 'group' then taken.raw ->> 'recipient_id' end]`;

/** Brings what a send costs up to date: of all its statuses the one that tells most, whatever order they came in. */
export async function keepCharges(client: Database, sendId: string): Promise<void> {
  const most = (column: 'pricing' | 'conversation'): string =>
    `(select ${column} from send_status where send_id = $1 and ${column} is not null
       order by (select count(*) from jsonb_object_keys(jsonb_strip_nulls(${column}))) desc, occurred_at, status, participant
       limit 1)`;
  await client.query(
    `update send set pricing = ${most('pricing')}, conversation = ${most('conversation')} where id = $1`,
    [sendId],
  );
}

/** The send of a status. */
export type SendOfStatus = {
  readonly id: string;
  readonly conversationId: string;
  /** When the message left, as far as is known. */
  readonly claimedAt: Date | null;
  /** The status calls its recipient by a name under which the buyer is not known. */
  readonly isNewName: boolean;
};

/** By our own id that travels with the message, which also adopts a send whose answer was lost; else by WhatsApp's id. */
export async function findSendOfStatus(
  client: Database,
  status: {
    readonly reference: string | null;
    readonly whatsappId: string;
    readonly recipients: readonly Identifier[];
  },
): Promise<SendOfStatus | null> {
  const found = await client.query<SendOfStatus>(
    `select id, conversation_id as "conversationId", claimed_at as "claimedAt",
            ${isUnknownName('send', '$3::text[]')} as "isNewName"
       from send where id = $1 or whatsapp_id = $2 limit 1`,
    [status.reference, status.whatsappId, status.recipients.map(({ value }) => value)],
  );
  return firstRow(found);
}

function jsonOrNull(value: object | null): string | null {
  return value === null ? null : JSON.stringify(value);
}
