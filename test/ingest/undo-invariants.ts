import type { World } from './world';

/** What must be nowhere, whatever was joined, moved and undone; each with the rows that break it. */
const NEVER: Readonly<Record<string, string>> = {
  'a message outside of a living conversation of a living buyer': `
    select whatsapp_id from message join conversation on conversation.id = conversation_id
      join buyer on buyer.id = buyer_id where merged_into is not null or joined_into is not null`,
  'a buyer with messages whom nothing names': `
    select distinct buyer_id from message join conversation on conversation.id = conversation_id
     where not exists (select 1 from buyer_identity where buyer_identity.buyer_id = conversation.buyer_id
                          and kind <> 'username')`,
  'an identifier with two buyers at once': `
    select kind, value from buyer_identity where valid_to is null and kind <> 'username'
     group by kind, value having count(*) > 1`,
  'an identifier of a buyer who is part of another one': `
    select kind, value from buyer_identity join buyer on buyer.id = buyer_id where joined_into is not null`,
  'an identifier that ended before it began': `
    select kind, value from buyer_identity where valid_to < valid_from`,
  'a conversation that is part of one that is none, or of somebody else’s': `
    select gone.id from conversation as gone join conversation as kept on kept.id = gone.merged_into
     where kept.merged_into is not null or kept.buyer_id <> gone.buyer_id`,
  'an open turn elsewhere than its trigger': `
    select turn.id from turn join message on message.id = trigger_message_id
     where status = 'open' and (message.conversation_id <> turn.conversation_id or message.turn_id is distinct from turn.id)`,
  'a message in an open turn of another conversation': `
    select whatsapp_id from message join turn on turn.id = turn_id
     where status = 'open' and turn.conversation_id <> message.conversation_id`,
  'a turn whose episode is elsewhere': `
    select turn.id from turn join episode on episode.id = episode_id
     where turn.status = 'open' and episode.conversation_id <> turn.conversation_id`,
  'a message in an episode of another conversation': `
    select whatsapp_id from message join episode on episode.id = episode_id
     where episode.conversation_id <> message.conversation_id`,
  'episodes that are not counted from one': `
    select conversation_id from episode group by conversation_id having min(ordinal) <> 1 or max(ordinal) <> count(*)`,
  'a wait of another buyer than the conversation’s': `
    select wait.id from wait join conversation on conversation.id = conversation_id
     where conversation.buyer_id <> wait.buyer_id`,
  'a planned answer to what is said elsewhere': `
    select send.id from send join decision on decision.id = decision_id join message on message.turn_id = decision.turn_id
     where send.status = 'planned' and send.kind <> 'human' and message.conversation_id <> send.conversation_id`,
  'a follow-up after what is said elsewhere': `
    select follow_up.id from follow_up join message on message.id = after_message_id
     where follow_up.status = 'planned' and message.conversation_id <> follow_up.conversation_id`,
  'an item that was not assigned': `
    select error from webhook_item where assigned_at is null or error is not null`,
};

/** What is broken, by its name; empty when nothing is. */
export async function broken(world: World): Promise<Record<string, unknown[]>> {
  const found: Record<string, unknown[]> = {};
  for (const [name, sql] of Object.entries(NEVER)) {
    const rows = await world.rows(sql);
    if (rows.length > 0) found[name] = rows;
  }
  return found;
}

/** Sends that are on their way or were, and the epochs of all conversations. */
type Standing = {
  readonly epochs: ReadonlyMap<string, number>;
  readonly left: ReadonlySet<string>;
};

/** What later looks are compared with. */
export async function standing(world: World): Promise<Standing> {
  const epochs = await world.rows<{ id: string; epoch: number }>('select id, epoch from conversation');
  const left = await world.rows<{ id: string }>(
    `select id from send where status in ('claimed', 'unconfirmed', 'accepted', 'delivered', 'read', 'failed')`,
  );
  return {
    epochs: new Map(epochs.map(({ id, epoch }) => [id, epoch])),
    left: new Set(left.map(({ id }) => id)),
  };
}

/** What has gone back since: a smaller epoch, or a send that had begun to leave and can leave once more. */
export async function goneBack(world: World, before: Standing): Promise<string[]> {
  const now = await standing(world);
  const epochs = [...before.epochs].filter(([id, epoch]) => (now.epochs.get(id) ?? 0) < epoch);
  const sends = [...before.left].filter((id) => !now.left.has(id));
  return [...epochs.map(([id]) => `epoch of ${id}`), ...sends.map((id) => `send ${id}`)];
}
