import type { Policy } from '../policy/policy';
import { fillTemplate } from './template.fill';
import type { TemplateContent } from './template';

const NAMED = /^([a-z0-9_]{1,512})\/([a-z]{2,3}(?:_[A-Z]{2})?)$/;

/**
 * The template that an order in HubSpot names: by the policy's name for it, or as `name/language` for one without values.
 * Null when there is none, or one of its values is not known.
 */
export function templateWished(
  wanted: string,
  about: { readonly start: Policy['start']; readonly values: Readonly<Record<string, string>> },
): TemplateContent | null {
  const templates = about.start?.templates ?? {};
  const own = Object.hasOwn(templates, wanted) ? templates[wanted] : undefined;
  if (own !== undefined) return fillTemplate(own, about.values);
  const [, name, language] = NAMED.exec(wanted) ?? [];
  return name === undefined || language === undefined ? null : { name, language: { code: language } };
}
