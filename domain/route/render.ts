import { MESSAGE_LIMITS } from '../send/outgoing-message';
import { textLength } from '../text-length';

/** A rendered text; or why there is none, with the names of what could not be filled in. */
export type Rendered =
  | { readonly ok: true; readonly text: string }
  | {
      readonly ok: false;
      readonly reasonCode: 'route.placeholder_missing' | 'route.text_too_long';
      readonly missing: string[];
    };

const PLACEHOLDER = /\{([^{}|]*)(?:\|([^{}]*))?\}/g;

/** Fills `{name}` and `{name|default}`; a text with anything unresolved is refused, so no placeholder leaves the house; so is one that WhatsApp would not take. */
export function renderText(template: string, values: Readonly<Record<string, string>>): Rendered {
  const missing: string[] = [];
  const text = template.replace(PLACEHOLDER, (_whole, rawName: string, fallback: string | undefined) => {
    const name = rawName.trim();
    const value = valueOf(values, name) ?? oneLine(fallback ?? '');
    if (value === '') missing.push(name);
    return value;
  });
  const rest = template.replace(PLACEHOLDER, '');
  if (/[{}]/.test(rest)) missing.push(rest.includes('{') ? '{' : '}');
  if (missing.length > 0)
    return { ok: false, reasonCode: 'route.placeholder_missing', missing: [...new Set(missing)] };
  // Never cut: half a sentence is worse than none.
  if (textLength(text) > MESSAGE_LIMITS.text)
    return { ok: false, reasonCode: 'route.text_too_long', missing: [] };
  return { ok: true, text };
}

/** The names of the placeholders of a text, with whether each has a default. */
export function placeholdersOf(template: string): { name: string; hasDefault: boolean }[] {
  return [...template.matchAll(PLACEHOLDER)].map((match) => ({
    name: (match[1] ?? '').trim(),
    hasDefault: (match[2] ?? '').trim() !== '',
  }));
}

function valueOf(values: Readonly<Record<string, string>>, name: string): string | null {
  // Own properties only: `{constructor}` is not a value.
  const value = Object.hasOwn(values, name) ? oneLine(values[name] ?? '') : '';
  return value === '' ? null : value;
}

/** Names come from profiles that buyers write themselves: no line breaks, braces or marks that turn the text around. */
function oneLine(value: string): string {
  return value
    .replace(/[\p{Cc}\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF{}]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim();
}
