import type { Policy } from '../../domain/policy/policy';
import { isFirstContact } from '../../domain/send/gate.decide';
import type { Database } from '../../platform/database';
import { judgeRoomLocked, waitForRoom } from '../../store/first-contact.store';
import type { SendToClaim } from '../../store/send-claim.store';
import type { Delivery } from './settle-send';

/** Meta's limit of buyers written to first is used up. */
const NO_ROOM = 'gate.first_contacts';

/** Puts a send off that would write first to one buyer more than Meta allows, until there is room; null = it may leave. */
export async function waitForFirstContact(
  client: Database,
  send: SendToClaim,
  policy: Policy,
): Promise<Delivery | null> {
  if (!isFirstContact(send.facts)) return null;
  const { buyerId, phoneNumberId } = send;
  const room = await judgeRoomLocked(client, { buyerId, phoneNumberId, policy });
  if (room.kind === 'go') return null;
  await waitForRoom(client, send.id, { untilMs: room.atMs, reasonCode: NO_ROOM });
  return { status: send.facts.status, reasonCode: NO_ROOM };
}
