import { z } from 'zod';
import type { ListedTemplate } from '../../domain/template/template';
import { AccountReadError, createGraphRead } from './graph-read';
import type { GraphSettings } from './graph-read';

/** What Meta knows about the business account. */
export interface WhatsAppAccountPort {
  /** All templates, over all pages. Throws AccountReadError. */
  listTemplates(wabaId: string): Promise<readonly ListedTemplate[]>;
  /** How many buyers may be written to first, as Meta names it; null where Meta does not say. Throws AccountReadError. */
  readMessagingTier(wabaId: string): Promise<string | null>;
}

const TEMPLATE_FIELDS =
  'id,name,language,status,category,parameter_format,components,quality_score,rejected_reason';
const PAGE_SIZE = 100;
/** Meta allows an account 6,000 templates; a list that goes on for longer goes in circles. */
const PAGES_MAX = 200;

const optionalText = z.string().nullish().catch(null);
const templateSchema = z.looseObject({
  id: optionalText,
  name: z.string().min(1),
  language: z.string().min(1),
  status: z.string().transform((status) => status.toUpperCase()),
  category: z.string().transform((category) => category.toUpperCase()),
  parameter_format: optionalText,
  components: z.array(z.unknown()).nullish().catch(null),
  quality_score: z.looseObject({ score: optionalText }).nullish().catch(null),
  rejected_reason: optionalText,
});
const pageSchema = z.looseObject({
  data: z.array(templateSchema),
  paging: z
    .looseObject({ cursors: z.looseObject({ after: optionalText }).nullish(), next: optionalText })
    .nullish(),
});
const accountSchema = z.looseObject({ whatsapp_business_manager_messaging_limit: optionalText });

/** Reads the business account; part of the one client for WhatsApp's Cloud API. */
export function createAccountReader(settings: GraphSettings): WhatsAppAccountPort {
  const get = createGraphRead(settings);
  return {
    async listTemplates(wabaId) {
      const found: ListedTemplate[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < PAGES_MAX; pages += 1) {
        const query = { fields: TEMPLATE_FIELDS, limit: String(PAGE_SIZE), ...(after !== null && { after }) };
        const path = `${encodeURIComponent(wabaId)}/message_templates`;
        const page = readPage(await get(path, query));
        found.push(...page.templates);
        // Meta's own link carries the token in the address, so only its cursor is used.
        if (page.after === null) return found;
        after = page.after;
      }
      throw new AccountReadError('too_many_pages');
    },
    async readMessagingTier(wabaId) {
      const body = await get(encodeURIComponent(wabaId), {
        fields: 'whatsapp_business_manager_messaging_limit',
      });
      const parsed = accountSchema.safeParse(body);
      return parsed.success ? (parsed.data.whatsapp_business_manager_messaging_limit ?? null) : null;
    },
  };
}

function readPage(body: unknown): { templates: ListedTemplate[]; after: string | null } {
  const parsed = pageSchema.safeParse(body);
  if (!parsed.success) throw new AccountReadError('unreadable');
  const { data, paging } = parsed.data;
  const hasNext = typeof paging?.next === 'string' && paging.next !== '';
  const after = hasNext ? (paging.cursors?.after ?? null) : null;
  // Half a list read as the whole would make the other templates look deleted.
  if (hasNext && after === null) throw new AccountReadError('unreadable');
  return { templates: data.map(toListed), after };
}

function toListed(listed: z.infer<typeof templateSchema>): ListedTemplate {
  return {
    templateId: listed.id ?? null,
    name: listed.name,
    language: listed.language,
    status: listed.status,
    category: listed.category,
    parameterFormat: listed.parameter_format?.toUpperCase() === 'NAMED' ? 'NAMED' : 'POSITIONAL',
    components: listed.components ?? [],
    quality: listed.quality_score?.score ?? null,
    rejectedReason: listed.rejected_reason ?? null,
  };
}
