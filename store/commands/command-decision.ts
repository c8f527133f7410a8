import type { Database } from '../../platform/database';
import { recordGrounded } from '../grounded-decision.store';
import type { CommandOrder, CommandRequest, CommandVerdict, ConversationControl } from './command.types';
import type { CommandGrounds } from './control.store';

/** Version of the rules in this folder, as named in each decision; raise it when they change. */
const PARAMETER_VERSION = 'commands-2';

/** Records what an order came to and what that rests on. */
export async function recordCommandDecision(
  client: Database,
  request: CommandRequest,
  based: {
    readonly control: ConversationControl;
    readonly grounds: CommandGrounds;
    readonly verdict: CommandVerdict;
  },
): Promise<number> {
  const { control, grounds, verdict } = based;
  const key = `command:${request.idempotencyKey}`;
  const episodeId = grounds.openEpisodeId ?? grounds.lastEpisodeId;
  const reasonCode = verdict.kind === 'done' ? reasonCodeOf(request) : `command.${verdict.refusal}`;
  const decision = await recordGrounded(client, {
    key,
    conversationId: control.id,
    buyerId: control.buyerId,
    episodeId,
    kind: 'command',
    verdict: request.kind,
    reasonCode,
    reasons: [{ code: reasonCode }, { code: 'command.outcome', detail: verdict.kind }],
    inputs: { control, nowMs: grounds.nowMs, actor: request.actor, order: withoutWords(request) },
    runnerUp: null,
    flip: verdict.kind === 'refused' ? verdict.flip : null,
    parameterVersion: PARAMETER_VERSION,
    policyVersionId: grounds.policyVersionId,
  });
  return decision.id;
}

/** The words stand in the command's row and in the send; a decision rests on everything but them. */
function withoutWords(order: CommandOrder): unknown {
  if (!('message' in order.arguments)) return { kind: order.kind, arguments: order.arguments };
  const { message, ...rest } = order.arguments;
  const given = 'optIn' in rest ? { ...rest, optIn: { when: rest.optIn.when } } : rest;
  return { kind: order.kind, arguments: { ...given, message: { type: message.type } } };
}

/** The reason code of everything that this kind of order changes. */
export function reasonCodeOf(order: CommandOrder): string {
  return `command.${order.kind}`;
}
