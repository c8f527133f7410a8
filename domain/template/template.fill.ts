import type { PolicyTemplate } from '../policy/policy';
import { renderText } from '../route/render';
import type { TemplateContent } from './template';

/** The template as it is written in the policy, its placeholders unfilled: what is judged is which values it has. */
export function unfilledTemplate(template: PolicyTemplate): TemplateContent {
  return toContent(template, textsOf(template));
}

/** The policy's template with its values; null where a placeholder has neither a value nor a default. */
export function fillTemplate(
  template: PolicyTemplate,
  values: Readonly<Record<string, string>>,
): TemplateContent | null {
  const texts: TemplateText[] = [];
  for (const { name, text } of textsOf(template)) {
    const rendered = renderText(text, values);
    if (!rendered.ok) return null;
    texts.push({ name, text: rendered.text });
  }
  return toContent(template, texts);
}

type TemplateText = { readonly name: string | null; readonly text: string };

function textsOf({ parameters }: PolicyTemplate): TemplateText[] {
  if (Array.isArray(parameters)) return parameters.map((text: string) => ({ name: null, text }));
  return Object.entries(parameters ?? {}).map(([name, text]) => ({ name, text }));
}

function toContent(template: PolicyTemplate, texts: readonly TemplateText[]): TemplateContent {
  const parameters = texts.map(({ name, text }) => ({
    type: 'text',
    text,
    ...(name !== null && { parameter_name: name }),
  }));
  return {
    name: template.name,
    language: { code: template.language },
    ...(parameters.length > 0 && { components: [{ type: 'body', parameters }] }),
  };
}
