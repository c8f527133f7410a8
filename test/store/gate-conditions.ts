import { NUMBER_ID, addSend } from '../commands/world';
import type { Scene, World } from '../commands/world';
import { ACCOUNT, addTemplate, templateMessage } from '../templates/world';

/** The month's ceiling of the policy under which the conditions stand. */
export const CEILING = 1_000_000;

/** A message that may leave, and where it stands. */
export type About = { readonly world: World; readonly scene: Scene; readonly sendId: string };

/** One thing that keeps an automated message from leaving; it can come and go without the others. */
export type Condition = {
  /** `ends` = the message never leaves any more; `waits` = it leaves when the condition has gone. */
  readonly effect: 'ends' | 'waits';
  readonly reasonCode: string | null;
  /** Of conditions of one field the newest stands, and lifting any lifts them all. */
  readonly field?: 'mode' | 'status';
  readonly impose: (about: About) => Promise<unknown>;
  readonly lift: (about: About) => Promise<unknown>;
};

type Change = (about: About) => Promise<unknown>;

const sql = ({ world }: About, text: string, values: readonly unknown[] = []) =>
  world.pool.query(text, [...values]);
/** Changes one row that the message rests on. */
export const onConversation =
  (change: string): Change =>
  (about) =>
    sql(about, `update conversation set ${change} where id = $1`, [about.scene.id]);
export const onMessage =
  (change: string): Change =>
  (about) =>
    sql(about, `update message set ${change} where id = $1`, [about.scene.messageId]);
const onBuyer =
  (change: string): Change =>
  (about) =>
    sql(about, `update buyer set ${change} where id = $1`, [about.scene.buyerId]);
export const onSend =
  (change: string): Change =>
  (about) =>
    sql(
      about,
      `update send set ${change} where id = $1 and status in ('planned', 'held', 'claimed', 'accepted')`,
      [about.sendId],
    );
const onNumber =
  (change: string): Change =>
  (about) =>
    sql(about, `update number set ${change} where phone_number_id = $1`, [NUMBER_ID]);
const onChannel =
  (change: string): Change =>
  (about) =>
    sql(
      about,
      `with made as (insert into channel (scope) values ($1) on conflict do nothing)
       update channel set ${change} where scope = $1`,
      [NUMBER_ID],
    );

/** Everything that rule 3 of the design names, and what came to it since. */
export const CONDITIONS: Readonly<Record<string, Condition>> = {
  'mode draft': {
    effect: 'ends',
    reasonCode: 'gate.mode',
    field: 'mode',
    impose: onNumber(`mode = 'draft'`),
    lift: onNumber(`mode = 'live'`),
  },
  'template not approved': {
    effect: 'ends',
    reasonCode: 'template.not_approved',
    impose: async (about) => {
      await addTemplate(about.world.pool, { name: 'refused', status: 'REJECTED' });
      await onNumber(`waba_id = '${ACCOUNT}'`)(about);
      await sql(about, `update send set type = 'template', body = $2 where id = $1 and status <> 'refused'`, [
        about.sendId,
        JSON.stringify(templateMessage('refused')),
      ]);
    },
    lift: onSend(`type = 'text', body = '{"type":"text","text":{"body":"From 20 EUR."}}'`),
  },
  'sent before': {
    effect: 'waits',
    reasonCode: null,
    field: 'status',
    impose: onSend(`status = 'accepted'`),
    lift: onSend(`status = 'planned'`),
  },
  mode: {
    effect: 'ends',
    reasonCode: 'gate.mode',
    field: 'mode',
    impose: onNumber(`mode = 'observe'`),
    lift: onNumber(`mode = 'live'`),
  },
  'kill switch': {
    effect: 'ends',
    reasonCode: 'gate.switched_off',
    impose: (about) =>
      sql(
        about,
        `insert into kill_switch (scope, target, actor, reason) values ('number', $1, 'anna', 'x') on conflict do nothing`,
        [NUMBER_ID],
      ),
    lift: (about) =>
      sql(
        about,
        `update kill_switch set released_at = now(), released_by = 'anna', release_reason = 'x' where released_at is null`,
      ),
  },
  owner: {
    effect: 'ends',
    reasonCode: 'gate.owner',
    impose: onConversation(`owner = 'agent:anna'`),
    lift: onConversation(`owner = 'automation'`),
  },
  epoch: {
    effect: 'ends',
    reasonCode: 'gate.epoch',
    impose: onConversation('epoch = 100'),
    lift: onConversation('epoch = 0'),
  },
  pause: {
    effect: 'ends',
    reasonCode: 'gate.paused',
    impose: onConversation(`paused_until = 'infinity'`),
    lift: onConversation('paused_until = null'),
  },
  'opt-out': {
    effect: 'ends',
    reasonCode: 'gate.opted_out',
    impose: onBuyer(`opted_out_at = now(), opted_out_reason = 'stop.opted_out'`),
    lift: onBuyer('opted_out_at = null, opted_out_reason = null'),
  },
  'never automate': {
    effect: 'ends',
    reasonCode: 'gate.never_automate',
    impose: (about) =>
      sql(
        about,
        `insert into never_automate (kind, value, reason, added_by) values ('wa_id', $1, 'x', 'anna') on conflict do nothing`,
        [about.scene.waId],
      ),
    lift: (about) => sql(about, `delete from never_automate where value = $1`, [about.scene.waId]),
  },
  unreachable: {
    effect: 'ends',
    reasonCode: 'gate.unreachable',
    impose: onBuyer(`unreachable_at = now() + interval '1 second', unreachable_reason = 'x'`),
    lift: onBuyer('unreachable_at = null, unreachable_reason = null'),
  },
  'before its time': {
    effect: 'waits',
    reasonCode: null,
    impose: onSend(`not_before = now() + interval '1 hour'`),
    lift: onSend('not_before = null'),
  },
  'after its time': {
    effect: 'ends',
    reasonCode: 'gate.too_late',
    impose: onSend(`not_after = now() - interval '1 second'`),
    lift: onSend('not_after = null'),
  },
  window: {
    effect: 'ends',
    reasonCode: 'gate.window',
    impose: onMessage(`sent_at = now() - interval '24 hours'`),
    lift: onMessage(`sent_at = now() - interval '1 hour'`),
  },
  'newer message': {
    effect: 'ends',
    reasonCode: 'gate.newer_message',
    impose: onMessage(`captured_at = now() + interval '1 hour'`),
    lift: onMessage(`captured_at = now() - interval '1 hour'`),
  },
  'newer message, not yet in a turn': {
    effect: 'ends',
    reasonCode: 'gate.newer_message',
    impose: (about) =>
      sql(
        about,
        `insert into message (conversation_id, direction, author, whatsapp_id, type, body, sent_at, captured_at)
         values ($1, 'inbound', 'buyer', $2, 'text', '{}', now() - interval '2 hours', now() - interval '2 hours')
         on conflict do nothing`,
        [about.scene.id, `wamid.waiting-${about.scene.id}`],
      ),
    lift: (about) =>
      sql(about, 'delete from message where whatsapp_id = $1', [`wamid.waiting-${about.scene.id}`]),
  },
  cap: {
    effect: 'ends',
    reasonCode: 'gate.cap',
    impose: async (about) => {
      await sql(about, `delete from send where conversation_id = $1 and key like 'earlier:%'`, [
        about.scene.id,
      ]);
      const id = await addSend(about.world, about.scene, { kind: 'follow_up', status: 'sent' });
      await sql(about, `update send set key = 'earlier:' || id where id = $1`, [id]);
    },
    lift: (about) =>
      sql(about, `delete from send where conversation_id = $1 and key like 'earlier:%'`, [about.scene.id]),
  },
  budget: {
    effect: 'ends',
    reasonCode: 'gate.budget',
    impose: (about) =>
      sql(
        about,
        `insert into budget_month (phone_number_id, month, category, author_kind, sent)
         values ($1, to_char(now() at time zone 'UTC', 'YYYY-MM'), 'of another day', 'people', $2) on conflict do nothing`,
        [NUMBER_ID, CEILING],
      ),
    lift: (about) => sql(about, `delete from budget_month where category = 'of another day'`),
  },
  'number stopped': {
    effect: 'waits',
    reasonCode: 'gate.stopped',
    impose: onChannel(`stopped_at = now(), stopped_reason = 'whatsapp.account'`),
    lift: onChannel('stopped_at = null, stopped_reason = null'),
  },
  'number backed off': {
    effect: 'waits',
    reasonCode: 'gate.backed_off',
    impose: onChannel(`not_before = now() + interval '1 hour'`),
    lift: async (about) => {
      await onChannel('not_before = null, next_slot_at = null')(about);
      await onSend('slot_at = null')(about);
    },
  },
  'number out of tokens': {
    effect: 'waits',
    reasonCode: 'gate.throughput',
    impose: onChannel(`next_slot_at = now() + interval '1 hour'`),
    lift: async (about) => {
      await onChannel('next_slot_at = null')(about);
      await onSend('slot_at = null')(about);
    },
  },
  'recipient out of tokens': {
    effect: 'waits',
    reasonCode: 'gate.pair_limit',
    impose: onConversation(`pair_borrowed_until = now() + interval '1 hour'`),
    lift: onConversation('pair_borrowed_until = null, recipient_not_before = null'),
  },
  'recipient held': {
    effect: 'waits',
    reasonCode: 'gate.recipient_held',
    impose: onConversation(`recipient_not_before = now() + interval '1 hour'`),
    lift: onConversation('recipient_not_before = null'),
  },
  'claimed by another attempt': {
    effect: 'waits',
    reasonCode: null,
    field: 'status',
    impose: onSend(`status = 'claimed', claim_until = now() + interval '1 hour'`),
    lift: onSend(`status = 'planned', claim_until = null`),
  },
};
