import { templateWished } from '../../domain/template/start.wish';
import type { Policy } from '../../domain/policy/policy';
import type { TemplateContent } from '../../domain/template/template';
import { firstRow } from '../../platform/database';
import type { Database, TransactionalDatabase } from '../../platform/database';
import { toE164 } from '../../platform/phone';
import { searchVariants } from '../../domain/identity/identity.decide';
import { answerStart, readOpenStarts } from '../../store/hubspot-start.store';
import type { StartOutcome, StoredStart } from '../../store/hubspot-start.store';
import { requireActivePolicy } from '../../store/policy.store';
import { readAddress } from '../../store/send-queue.store';
import { budgetReader } from '../read/budget';
import { startConversation } from './start-conversation';
import type { Start } from './start-conversation';

/** An order that could not be carried out for so long is not wanted any more. */
const AGE_MAX_MS = 24 * 3_600_000;
const ACTOR = 'hubspot';

/** Why an order is not even tried; told in HubSpot. */
type Obstacle =
  | 'too_old'
  | 'unknown_template'
  | 'no_opt_in'
  | 'no_phone'
  | 'number_not_named'
  | 'never_automate'
  | 'number_not_live'
  | 'budget_used_up';

/**
 * Carries out orders to write first that were given in HubSpot, each once: the same command as `POST /v1/conversations`, by
 * the rules for automation, as nobody may be sitting there. Returns the conversations that must look.
 */
export async function runHubSpotStarts(pool: TransactionalDatabase, countMax: number): Promise<string[]> {
  const lookAt: string[] = [];
  for (const order of await readOpenStarts(pool, countMax)) {
    const answer = await carryOut(pool, order);
    await answerStart(pool, order.id, answer);
    if (answer.conversationId !== null) lookAt.push(answer.conversationId);
  }
  return lookAt;
}

async function carryOut(pool: TransactionalDatabase, order: StoredStart): Promise<StartOutcome> {
  const start = await toStart(pool, order);
  if (typeof start === 'string') return { outcome: `refused: ${start}`, conversationId: null };
  const { conversationId, result } = await startConversation(pool, start);
  if (result.kind === 'done') return { outcome: `started: conversation ${conversationId}`, conversationId };
  const until =
    result.availableAtMs === undefined ? '' : ` until ${new Date(result.availableAtMs).toISOString()}`;
  return { outcome: `refused: ${result.refusal}${until}`, conversationId };
}

async function toStart(database: Database, order: StoredStart): Promise<Start | Obstacle> {
  const { policy } = await requireActivePolicy(database);
  const wish = wishOf(order, policy);
  if (typeof wish === 'string') return wish;
  const identifier = await identifierOf(database, order, policy.identity.default_country);
  if (identifier === null) return 'no_phone';
  const phoneNumberId = policy.start?.number ?? (await readOnlyNumber(database));
  if (phoneNumberId === null) return 'number_not_named';
  const obstacle = await obstacleOf(database, { order, identifier, phoneNumberId });
  return obstacle ?? toOrder(order, { ...wish, phoneNumberId, identifier });
}

type Wish = { readonly template: TemplateContent; readonly optIn: OptIn };

/** What can be told from the contact alone. */
function wishOf(order: StoredStart, policy: Policy): Wish | Obstacle {
  if (Date.now() - order.setAtMs > AGE_MAX_MS) return 'too_old';
  const firstName = order.properties['firstname']?.trim() ?? '';
  const values: Record<string, string> = firstName === '' ? {} : { first_name: firstName };
  const template = templateWished(order.wanted, { start: policy.start, values });
  if (template === null) return 'unknown_template';
  const optIn = optInOf(order);
  return optIn === null ? 'no_opt_in' : { template, optIn };
}

type OptIn = Start['arguments']['optIn'];

function toOrder(order: StoredStart, what: Wish & Pick<Start, 'phoneNumberId' | 'identifier'>): Start {
  const { phoneNumberId, identifier, template, optIn } = what;
  return {
    phoneNumberId,
    identifier,
    actor: ACTOR,
    // Of facts alone: whoever carries it out again, after a crash or beside another, finds the first answer.
    idempotencyKey: `hubspot:start:${order.contactId}:${order.setAtMs}`,
    reason: `set in HubSpot by ${order.setBy === null ? 'a workflow or an app' : `user ${order.setBy}`}`,
    arguments: { message: { type: 'template', template }, optIn, leavesOwner: true },
  };
}

function optInOf({ contactId, properties }: StoredStart): OptIn | null {
  const how = properties['wa_opt_in_how']?.trim() ?? '';
  const at = properties['wa_opt_in_at'] ?? '';
  const when = new Date(/^\d+$/.test(at) ? Number(at) : at);
  if (how === '' || at === '' || Number.isNaN(when.getTime())) return null;
  return { how, when: when.toISOString(), evidence: `contact ${contactId} in HubSpot` };
}

/** The buyer whom we know as this contact; else the first phone that is one. */
async function identifierOf(
  database: Database,
  { properties }: StoredStart,
  country: string | undefined,
): Promise<string | null> {
  const buyerId = properties['wa_identity_key'] ?? '';
  if (/^[0-9a-f-]{36}$/.test(buyerId)) {
    const known = await readAddress(database, buyerId);
    const address = known.waId ?? known.userId;
    if (address !== null) return address;
  }
  const phones = ['hs_whatsapp_phone_number', 'mobilephone', 'phone'].map((name) =>
    toE164(properties[name] ?? '', country),
  );
  return phones.find((phone) => phone !== null)?.slice(1) ?? null;
}

async function readOnlyNumber(database: Database): Promise<string | null> {
  const { rows } = await database.query<{ id: string }>(
    'select phone_number_id as id from number order by phone_number_id limit 2',
  );
  return rows.length === 1 ? (rows[0]?.id ?? null) : null;
}

/** What keeps automation from writing to this person through this number. */
async function obstacleOf(
  database: Database,
  about: { readonly order: StoredStart; readonly identifier: string; readonly phoneNumberId: string },
): Promise<Obstacle | null> {
  const { order, identifier, phoneNumberId } = about;
  if (order.properties['wa_never_automate'] === 'true') return 'never_automate';
  const found = firstRow(
    await database.query<{ isLive: boolean; isNeverAutomated: boolean }>(
      `with known as (
         select theirs.value from buyer_identity as named
           join buyer_identity as theirs on theirs.buyer_id = named.buyer_id and theirs.valid_to is null
          where named.value = any($1) and named.valid_to is null and named.kind <> 'username'
         union all select unnest($1::text[])
       )
       select is_never_automated(array(select value from known), array[$3]) as "isNeverAutomated",
              exists (select 1 from number
                       where phone_number_id = $2 and mode = 'live' and not exists (
                         select 1 from kill_switch as thrown
                          where thrown.released_at is null
                            and (thrown.scope, thrown.target) in (('everything', ''), ('number', $2)))) as "isLive"`,
      [searchVariants(identifier), phoneNumberId, order.contactId],
    ),
  );
  if (found?.isNeverAutomated !== false) return 'never_automate';
  if (!found.isLive) return 'number_not_live';
  const readBudget = await budgetReader(database);
  const { level } = await readBudget(phoneNumberId);
  return level === 'automation_stopped' || level === 'used_up' ? 'budget_used_up' : null;
}
