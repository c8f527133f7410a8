import { isWindowOpenAt } from '../domain/send/window';
import { marketingBlockedCountries, writtenOptInDays } from '../domain/policy/policy';
import type { Policy } from '../domain/policy/policy';
import { templateOf } from '../domain/template/template';
import type { Template, TemplateContent } from '../domain/template/template';
import { judgeTemplate } from '../domain/template/template.judge';
import type { TemplateBuyer, TemplateJudgement } from '../domain/template/template.judge';
import { onlyRow } from '../platform/database';
import type { Database } from '../platform/database';
import { countryOfNumber } from '../platform/phone';
import type { LockedConversation } from './conversation.store';
import { readActivePolicy } from './policy.store';
import { listLanguages } from './template.store';

/** A template that is to go to a buyer. */
export type TemplateWish = {
  readonly content: TemplateContent;
  /** The number that it leaves from; its account's templates count. */
  readonly phoneNumberId: string;
  readonly buyerId: string;
  readonly isOptedOut: boolean;
  readonly isWindowOpen: boolean;
  /** The opt-in comes along with the order and is noted with it. */
  readonly bringsOptIn?: boolean;
  /** The words are fixed already: another language of the template says nothing about them. */
  readonly isPlanned?: boolean;
};

/** Judges, from what stands in the records now, whether a template may go to a buyer, and in which language. */
export async function judgeTemplateFor(client: Database, wish: TemplateWish): Promise<TemplateJudgement> {
  const active = await readActivePolicy(client);
  const facts = await readBuyerFacts(client, wish.buyerId, active?.policy ?? null);
  const found = await readTemplate(client, wish, active?.policy ?? null);
  const isMeant = ({ language }: Template): boolean =>
    wish.isPlanned !== true || language === wish.content.language.code;
  return judgeTemplate({
    ...found,
    templates: found.templates.filter(isMeant),
    buyer: {
      ...facts,
      isOptedOut: wish.isOptedOut,
      hasOptIn: facts.hasOptIn || wish.bringsOptIn === true,
    },
    isWindowOpen: wish.isWindowOpen,
  });
}

/** What the gate must know of the template of a send; nothing of a message that is none. */
type TemplateOfSend = { readonly refusal: string | null; readonly category: string | null };

/** Judges the template of a send when it is to leave: Meta may have paused it, or the buyer changed their mind. */
export async function judgeTemplateOf(
  client: Database,
  body: Readonly<Record<string, unknown>>,
  scene: { readonly conversation: LockedConversation; readonly windowClosesAtMs: number | null },
): Promise<TemplateOfSend> {
  const content = templateOf(body);
  if (content === null) return { refusal: null, category: null };
  const { buyerId, phoneNumberId, isOptedOut, nowMs } = scene.conversation;
  const isWindowOpen = isWindowOpenAt(scene.windowClosesAtMs, nowMs);
  const judgement = await judgeTemplateFor(client, {
    content,
    phoneNumberId,
    buyerId,
    isOptedOut,
    isWindowOpen,
    isPlanned: true,
  });
  return judgement.kind === 'ok'
    ? { refusal: null, category: judgement.category }
    : { refusal: judgement.reasonCode, category: null };
}

/** Judges a template apart from whom it goes to. */
export async function judgeTemplateAlone(
  client: Database,
  wanted: Pick<TemplateWish, 'content' | 'phoneNumberId'>,
): Promise<TemplateJudgement> {
  const active = await readActivePolicy(client);
  return judgeTemplate({
    ...(await readTemplate(client, wanted, active?.policy ?? null)),
    buyer: {
      hasPhone: true,
      isOptedOut: false,
      hasOptIn: true,
      hasWrittenLately: true,
      isMarketingBlocked: false,
    },
    isWindowOpen: false,
  });
}

async function readTemplate(
  client: Database,
  { content, phoneNumberId }: Pick<TemplateWish, 'content' | 'phoneNumberId'>,
  policy: Policy | null,
) {
  return {
    content,
    templates: await listLanguages(client, { name: content.name, phoneNumberId }),
    fallbackLanguage: policy?.templates?.fallback_language ?? null,
  };
}

type BuyerRow = Pick<TemplateBuyer, 'hasPhone' | 'hasOptIn' | 'hasWrittenLately'> & {
  readonly names: readonly string[];
};

async function readBuyerFacts(
  client: Database,
  buyerId: string,
  policy: Policy | null,
): Promise<Omit<TemplateBuyer, 'isOptedOut'>> {
  const { names, ...facts } = onlyRow(
    await client.query<BuyerRow>(
      `select exists (select 1 from buyer_identity
                       where buyer_id = $1 and kind = 'wa_id' and valid_to is null) as "hasPhone",
              array(select value from buyer_identity
                     where buyer_id = $1 and kind in ('wa_id', 'bsuid') and valid_to is null
                     order by kind = 'wa_id' desc, valid_from desc) as names,
              exists (select 1 from consent
                       where buyer_id = $1 and value in ('opt_in', 'signup', 'resume')) as "hasOptIn",
              exists (select 1 from message join conversation on conversation.id = message.conversation_id
                       where conversation.buyer_id = $1 and message.direction = 'inbound' and not message.is_imported
                         and message.sent_at > now() - $2 * interval '1 day') as "hasWrittenLately"`,
      [buyerId, writtenOptInDays(policy)],
    ),
  );
  const country = countryOf(names[0] ?? '');
  return {
    ...facts,
    isMarketingBlocked: country !== null && marketingBlockedCountries(policy).includes(country),
  };
}

/** Of a phone, else of a user id, which begins with it. A number of +1 that names no country is taken for one of the US. */
function countryOf(name: string): string | null {
  const ofUserId = /^([A-Z]{2})\./.exec(name)?.[1];
  if (ofUserId !== undefined) return ofUserId;
  return countryOfNumber(name) ?? (name.startsWith('1') ? 'US' : null);
}
