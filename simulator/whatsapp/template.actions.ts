import { z } from 'zod';
import { parse } from './schema.parse';
import type { WebhookSender } from './webhook.sender';
import { WhatsAppError } from './whatsapp.errors';
import type { Template } from './whatsapp.state';
import type { WhatsAppStore } from './whatsapp.store';

const FIRST_TEMPLATE_ID = 300_000_000_000_001;
const ALREADY_THERE = 2388024;

type Parts = {
  readonly store: WhatsAppStore;
  readonly sender: WebhookSender;
  readonly now: () => number;
  readonly businessAccountId: string;
};

const newTemplate = z.looseObject({
  name: z.string().regex(/^[a-z0-9_]{1,512}$/),
  language: z.string().min(1),
  category: z.enum(['MARKETING', 'UTILITY', 'AUTHENTICATION']),
  components: z.array(z.looseObject({ type: z.string() })).min(1),
  parameter_format: z
    .string()
    .transform((format) => format.toUpperCase())
    .pipe(z.enum(['POSITIONAL', 'NAMED']))
    .default('POSITIONAL'),
});

/** What a reviewer decides about a template; what is not given stays. */
export type Review = {
  readonly status?: string | undefined;
  readonly reason?: string | undefined;
  readonly category?: string | undefined;
  readonly quality_score?: string | undefined;
};

export type TemplateInput = Pick<Template, 'name' | 'language' | 'status' | 'category' | 'components'> &
  Partial<Pick<Template, 'parameter_format' | 'quality_score'>>;

/** Templates: handed in by the business, reviewed, paused and disabled by Meta, which tells by webhook. */
export class TemplateActions {
  private readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** Puts a template there as it is, without a review. */
  add(input: TemplateInput): Template {
    const { templates } = this.parts.store;
    const last = Math.max(FIRST_TEMPLATE_ID - 1, ...[...templates.values()].map(({ id }) => Number(id)));
    const id = String(last + 1);
    return templates.put(id, {
      parameter_format: 'POSITIONAL',
      quality_score: 'UNKNOWN',
      rejected_reason: null,
      ...input,
      id,
    });
  }

  /** The business hands in a template: it waits for its review. */
  handIn(body: unknown): Template {
    const { name, language, category, components, parameter_format } = parse(newTemplate, body, {
      at: '',
      depth: 'graph',
    });
    if (this.find(name, language) !== undefined)
      throw new WhatsAppError(100, 'Content in this language already exists', { subcode: ALREADY_THERE });
    return this.add({ name, language, category, components, parameter_format, status: 'PENDING' });
  }

  find(name: string, language: string): Template | undefined {
    return [...this.parts.store.templates.values()].find(
      (template) => template.name === name && template.language === language,
    );
  }

  /** Takes away all languages of a template; false when there is none. */
  remove(name: string): boolean {
    const { templates } = this.parts.store;
    const found = [...templates.values()].filter((template) => template.name === name);
    for (const { id } of found) templates.delete(id);
    return found.length > 0;
  }

  /** Meta decides; each thing that changes is told by a webhook of its own. */
  review(before: Template, review: Review): Template {
    const { status = before.status, category = before.category, reason } = review;
    const { quality_score = before.quality_score } = review;
    const rejected_reason = status === 'REJECTED' ? (reason ?? 'INVALID_FORMAT') : null;
    const after = { ...before, status, category, quality_score, rejected_reason };
    this.parts.store.templates.put(before.id, after);
    if (after.status !== before.status)
      this.tell(after, 'message_template_status_update', statusOf(after, reason));
    if (after.category !== before.category)
      this.tell(after, 'template_category_update', {
        previous_category: before.category,
        new_category: after.category,
      });
    if (after.quality_score !== before.quality_score)
      this.tell(after, 'message_template_quality_update', {
        previous_quality_score: before.quality_score,
        new_quality_score: after.quality_score,
      });
    return after;
  }

  private tell(template: Template, field: string, change: Readonly<Record<string, unknown>>): void {
    const value = {
      message_template_id: Number(template.id),
      message_template_name: template.name,
      message_template_language: template.language,
      ...change,
    };
    this.parts.sender.send({
      object: 'whatsapp_business_account',
      entry: [
        {
          id: this.parts.businessAccountId,
          time: Math.floor(this.parts.now() / 1000),
          changes: [{ value, field }],
        },
      ],
    });
  }
}

function statusOf(template: Template, reason: string | undefined): Readonly<Record<string, unknown>> {
  const isHalted = template.status === 'PAUSED' || template.status === 'DISABLED';
  const title = reason ?? (template.status === 'PAUSED' ? 'FIRST_PAUSE' : 'DISABLED');
  return {
    event: template.status,
    reason: template.rejected_reason ?? 'NONE',
    message_template_category: template.category,
    ...(isHalted && { other_info: { title, description: 'The quality of the template is too low.' } }),
  };
}
