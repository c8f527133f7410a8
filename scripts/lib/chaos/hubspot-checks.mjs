import { logChecks } from './log-checks.mjs';
import { groupBy, statement } from './statement.mjs';
import { readLog } from './transcript.mjs';

/** HubSpot against what was said: one contact for each buyer, one log for each episode, every message in it. */
export function hubspotChecks(evidence) {
  const { plan, postgres, hubspot } = evidence;
  const contactsOf = groupBy(hubspot.contacts, ({ properties }) =>
    (properties.phone ?? '').replace(/\D/g, ''),
  );
  const linkOf = new Map(postgres.buyers.map((buyer) => [buyer.wa_id, buyer.contact_id]));
  return [
    statement(
      `HubSpot has one contact for each of ${plan.length} buyers, the one that is linked`,
      plan.flatMap(({ waId }) => {
        const ids = (contactsOf.get(waId) ?? []).map(({ id }) => id);
        return ids.length === 1 && ids[0] === linkOf.get(waId) ? [] : [`${waId}: ${ids.length} contacts`];
      }),
    ),
    statement(
      `and one log for each of ${postgres.episodes.length} episodes, at the contact of its buyer`,
      wrongLogs({ postgres, logs: hubspot.communications.map(readLog), linkOf }),
    ),
    ...logChecks(evidence),
    statement(
      'no row for HubSpot was given up',
      postgres.deadRows.map(({ object_kind: kind, error_code: code }) => `${kind}: ${code}`),
    ),
  ];
}

function wrongLogs({ postgres, logs, linkOf }) {
  const waIdOf = new Map(postgres.conversations.map(({ id, wa_id: waId }) => [id, waId]));
  const contactOf = new Map(
    postgres.episodes.map(({ id, conversation_id: of }) => [id, linkOf.get(waIdOf.get(of))]),
  );
  const parts = groupBy(logs, ({ episodeId, part }) => `${episodeId}-${part}`);
  return [
    ...postgres.episodes.filter(({ id }) => !parts.has(`${id}-1`)).map(({ id }) => `none of ${id}`),
    ...[...parts].filter(([, of]) => of.length > 1).map(([part, of]) => `${part} ${of.length} times`),
    ...logs
      .filter(({ episodeId }) => !contactOf.has(episodeId))
      .map(({ id, episodeId }) => `log ${id} of ${episodeId === null ? 'no episode' : episodeId}`),
    ...logs
      .filter(
        ({ episodeId, contactIds }) =>
          contactOf.has(episodeId) && contactIds.join() !== contactOf.get(episodeId),
      )
      .map(({ id, contactIds }) => `log ${id} at ${contactIds.join() || 'no contact'}`),
  ];
}
