import { run } from '../processes.mjs';

/** What all sides have noted, each for itself: WhatsApp, Postgres with the ledger of sends, HubSpot, Temporal. */
export async function gatherEvidence({ house, database, doors, plan, seen, open }) {
  const [whatsapp, postgres, hubspot] = await Promise.all([
    readWhatsApp(doors, plan),
    readPostgres(database),
    readHubSpot(doors),
  ]);
  return { plan, seen, open, whatsapp, postgres, hubspot, brokenWorkflows: await countBroken(house) };
}

async function readWhatsApp(doors, plan) {
  const phones = new Map();
  for (const { waId } of plan) phones.set(waId, (await doors.control(`/whatsapp/phones/${waId}`)).messages);
  const { calls } = await doors.control('/whatsapp/calls');
  const { webhooks } = await doors.control('/whatsapp/webhooks');
  return {
    phones,
    calls: calls.filter(({ kind }) => kind === 'message'),
    announced: new Set(webhooks.flatMap(({ payload }) => messageIdsIn(payload))),
    deliveries: webhooks.reduce((sum, { attempt_count: count }) => sum + count, 0),
  };
}

/** Ids of the messages, ours from the phone too, that a webhook tells of. */
function messageIdsIn(payload) {
  const values = payload.entry.flatMap(({ changes }) => changes.map(({ value }) => value));
  return values.flatMap((value) =>
    [...(value.messages ?? []), ...(value.message_echoes ?? [])].map(({ id }) => id),
  );
}

const QUERIES = {
  messages: `select message.id, message.whatsapp_id, message.conversation_id, message.direction, message.author,
      message.text, message.turn_id, message.send_id, message.episode_id, turn.status as turn_status, turn.started_at,
      to_ms(message.sent_at) as sent_at_ms, to_ms(message.captured_at) as captured_at_ms, webhook_item.id as item_id,
      row_number() over (partition by message.episode_id
        order by message.sent_at, message.captured_at, message.position, message.id)::int as place,
      (select count(*)::int from decision where decision.turn_id = turn.id and decision.kind = 'route') as verdicts
    from message left join turn on turn.id = message.turn_id
      left join webhook_item on webhook_item.id = message.webhook_item_id`,
  sends: `select id, conversation_id, kind, author, status, reason_code, whatsapp_id, answers_message_id,
      to_ms(claimed_at) as claimed_at_ms from send`,
  buyers: `select buyer_identity.value as wa_id, buyer.id as buyer_id, identity_link.contact_id,
      identity_link.company_id from buyer_identity join buyer on buyer.id = buyer_identity.buyer_id
      left join identity_link on identity_link.buyer_id = buyer.id and identity_link.ended_at is null
    where buyer_identity.kind = 'wa_id' and buyer_identity.valid_to is null`,
  conversations: `select conversation.id, buyer_identity.value as wa_id from conversation
      join buyer_identity on buyer_identity.buyer_id = conversation.buyer_id
    where buyer_identity.kind = 'wa_id' and buyer_identity.valid_to is null and conversation.merged_into is null`,
  episodes: 'select id, conversation_id, ordinal from episode',
  // What is understood of no message; kept, counted and shown.
  setAside: 'select id, kind, error from webhook_item where error is not null',
  deadRows: 'select id, object_kind, error_code from crm_outbox where dead_at is not null',
};

async function readPostgres(database) {
  const tables = {};
  for (const [name, sql] of Object.entries(QUERIES)) tables[name] = (await database.query(sql)).rows;
  return tables;
}

async function readHubSpot(doors) {
  const [contacts, communications] = await Promise.all(
    ['contacts', 'communications'].map(
      async (type) => (await doors.control(`/hubspot/objects/${type}`)).results,
    ),
  );
  const isThere = ({ archived }) => archived !== true;
  return { contacts: contacts.filter(isThere), communications: communications.filter(isThere) };
}

/** Workflows that ended in any other way than by their own decision. */
async function countBroken({ cliPath, temporalAddress }) {
  const query = 'ExecutionStatus in ("Failed", "Terminated", "TimedOut", "Canceled")';
  const args = ['workflow', 'count', '--address', temporalAddress, '--query', query];
  const { output } = await run(cliPath, args, { timeoutMs: 30_000 });
  return Number(/Total:\s*(\d+)/.exec(output)?.[1]);
}
