import { templateOf } from '../../domain/template/template';
import type { Database, TransactionalDatabase } from '../../platform/database';
import type { ArgumentsOf, CommandRequest, CommandResult } from '../../store/commands/command.types';
import { findCommand } from '../../store/commands/command.store';
import { runCommandIn } from '../../store/commands/run-command';
import type { Unrecorded } from '../../store/commands/run-command';
import { refusalOf, templateProblems } from '../../store/commands/template-refusal';
import { judgeRoom } from '../../store/first-contact.store';
import { isNumber } from '../../store/number.store';
import { requireActivePolicy } from '../../store/policy.store';
import { judgeTemplateAlone } from '../../store/template-judgement.store';
import { identifiersOf } from './identifiers';
import { findOrCreateBuyer } from './find-buyer';
import { findKnownHolders } from './known-forms';
import { assignAnew, findOrCreateConversation } from './people';

/** Who writes first to whom. */
export type Start = {
  readonly phoneNumberId: string;
  /** WhatsApp's digits of a phone, or a user id. */
  readonly identifier: string;
  readonly actor: string;
  readonly idempotencyKey: string;
  readonly reason?: string;
  readonly arguments: ArgumentsOf<'start_conversation'>;
};

/**
 * Begins a conversation with somebody who need not have written: makes buyer and conversation where they are new, notes
 * the opt-in, and plans the template. What would be refused whoever the buyer is leaves nothing behind.
 */
export async function startConversation(
  pool: TransactionalDatabase,
  start: Start,
): Promise<{ readonly conversationId: string | null; readonly result: CommandResult }> {
  let conversationId: string | null = null;
  const prepare = async (client: Database) => {
    const refusal = await refuseUnseen(client, start);
    if (refusal !== null) return refusal;
    conversationId = await findPlace(client, start);
    return toRequest(start, conversationId);
  };
  const result = await runCommandIn(pool, prepare, { transact: assignAnew });
  return { conversationId, result };
}

function toRequest(start: Start, conversationId: string): CommandRequest {
  return {
    kind: 'start_conversation',
    arguments: start.arguments,
    conversationId,
    actor: start.actor,
    isVerified: true,
    idempotencyKey: start.idempotencyKey,
    ...(start.reason === undefined ? {} : { reason: start.reason }),
  };
}

/** What can be refused without knowing the buyer; a repeated order is answered as the first time. */
async function refuseUnseen(client: Database, start: Start): Promise<Unrecorded | null> {
  if ((await findCommand(client, start.idempotencyKey)) !== null) return null;
  if (!(await isNumber(client, start.phoneNumberId)))
    return { kind: 'unrecorded', refusal: 'number_not_found' };
  const content = templateOf(start.arguments.message);
  const { phoneNumberId } = start;
  const judgement = content === null ? null : await judgeTemplateAlone(client, { content, phoneNumberId });
  if (judgement?.kind === 'refuse')
    return {
      kind: 'unrecorded',
      refusal: refusalOf(judgement.reasonCode),
      problems: templateProblems(judgement),
    };
  return await refuseForLimit(client, start);
}

async function refuseForLimit(client: Database, start: Start): Promise<Unrecorded | null> {
  const { policy } = await requireActivePolicy(client);
  const [found] = await findKnownHolders(client, identifiersOf([start.identifier]), Date.now());
  const buyerId = found?.buyerId ?? null;
  const room = await judgeRoom(client, { buyerId, phoneNumberId: start.phoneNumberId, policy });
  if (room.kind === 'go') return null;
  return { kind: 'unrecorded', refusal: 'first_contacts_used_up', availableAtMs: room.atMs };
}

async function findPlace(client: Database, start: Start): Promise<string> {
  const { buyerId } = await findOrCreateBuyer(client, {
    identifiers: identifiersOf([start.identifier]),
    displayName: null,
    atMs: Date.now(),
    webhookItemId: null,
  });
  return await findOrCreateConversation(client, {
    phoneNumberId: start.phoneNumberId,
    displayPhoneNumber: null,
    wabaId: null,
    buyerId,
  });
}
