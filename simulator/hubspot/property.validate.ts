import { z } from 'zod';
import type { PropertyProblem } from './hubspot.errors';
import type { ObjectType } from './object-type';
import type { PropertyDefinition } from './property.definitions';
import type { PropertyStore } from './property.store';

export type PropertyValues = Readonly<Record<string, string | null>>;
export type Warning = {
  readonly message: string;
  readonly category: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
};

const TEXT_LENGTH_MAX = 65_536;
const EMAIL = z.email();

/** What a request wants to write, as HubSpot keeps it: `null` clears a value. */
export type CheckedValues = {
  readonly values: PropertyValues;
  readonly problems: readonly PropertyProblem[];
  readonly warnings: readonly Warning[];
};

type Verdict =
  | { readonly value: string | null; readonly isNormalized?: boolean }
  | { readonly code: string; readonly message: string };

/** Checks property values against their definitions and brings them into stored form. */
export function checkValues(
  type: ObjectType,
  input: Readonly<Record<string, unknown>>,
  parts: { readonly properties: PropertyStore; readonly isOwner: (id: string) => boolean },
): CheckedValues {
  const values: Record<string, string | null> = {};
  const problems: PropertyProblem[] = [];
  const warnings: Warning[] = [];
  for (const [rawName, rawValue] of Object.entries(input)) {
    const name = rawName.toLowerCase();
    const definition = parts.properties.get(type, name);
    const verdict: Verdict =
      definition === undefined
        ? { code: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` }
        : verdictOf(rawValue, definition, parts.isOwner);
    if ('code' in verdict) {
      problems.push({ name, ...verdict });
      continue;
    }
    values[name] = verdict.value;
    if (verdict.isNormalized === true) {
      warnings.push({
        message: `The value of property "${name}" was normalized.`,
        category: 'PROPERTY_VALUE_NORMALIZED',
        context: { propertyName: [name] },
      });
    }
  }
  return { values, problems, warnings };
}

function verdictOf(raw: unknown, definition: PropertyDefinition, isOwner: (id: string) => boolean): Verdict {
  const { name } = definition;
  if (definition.readOnly) {
    return {
      code: 'READ_ONLY_VALUE',
      message: `"${name}" is a read only property; its value cannot be set`,
    };
  }
  const text = textOf(raw);
  if (text === null) return { value: null };
  if (definition.externalOptions) {
    return isOwner(text)
      ? { value: text }
      : { code: 'INVALID_OWNER_ID', message: `The owner id ${text} doesn't exist.` };
  }
  if (name === 'email') {
    return EMAIL.safeParse(text).success
      ? { value: text.toLowerCase() }
      : { code: 'INVALID_EMAIL', message: `Email address ${text} is invalid` };
  }
  return (RULES[definition.type] ?? shortText)(text, definition);
}

type Rule = (text: string, definition: PropertyDefinition) => Verdict;
const RULES: Readonly<Record<string, Rule>> = { enumeration, bool, number, datetime, date };

function bool(text: string): Verdict {
  return text === 'true' || text === 'false'
    ? { value: text }
    : { code: 'INVALID_OPTION', message: `${text} was not one of the allowed options: [true, false]` };
}

function number(text: string): Verdict {
  return Number.isFinite(Number(text)) && text.trim() !== ''
    ? { value: text }
    : { code: 'INVALID_LONG', message: `${text} was not a valid number.` };
}

function shortText(text: string, definition: PropertyDefinition): Verdict {
  if (text.length <= TEXT_LENGTH_MAX) return { value: text };
  return {
    code: 'PROPERTY_VALUE_TOO_LONG',
    message: `Property "${definition.name}" has ${text.length} characters; at most ${TEXT_LENGTH_MAX} are allowed.`,
  };
}

function enumeration(text: string, definition: PropertyDefinition): Verdict {
  // dealstage and pipeline carry no options of their own: the pipelines decide.
  if (definition.options.length === 0 && definition.hubspotDefined) return { value: text };
  const chosen = definition.fieldType === 'checkbox' ? text.split(';').filter((one) => one !== '') : [text];
  const allowed = new Set(definition.options.map(({ value }) => value));
  const unknown = chosen.find((one) => !allowed.has(one));
  if (unknown === undefined) return { value: text };
  const listed = definition.options
    .map(({ label, value }) => `label: "${label}" value: "${value}"`)
    .join(', ');
  return {
    code: 'INVALID_OPTION',
    message: `${unknown} was not one of the allowed options: [${listed}]`,
  };
}

function datetime(text: string): Verdict {
  const ms = instantOf(text);
  return ms === null
    ? { code: 'INVALID_DATE', message: `${text} was not a valid long.` }
    : { value: new Date(ms).toISOString() };
}

/** A date is a day: 2026-09 cuts off the time of the day and says so. */
function date(text: string): Verdict {
  const ms = instantOf(text);
  if (ms === null) return { code: 'INVALID_DATE', message: `${text} was not a valid date.` };
  const day = new Date(ms).toISOString().slice(0, 10);
  return { value: day, isNormalized: ms !== Date.parse(`${day}T00:00:00Z`) };
}

function instantOf(text: string): number | null {
  const ms = /^-?\d+$/.test(text) ? Number(text) : Date.parse(text);
  return Number.isNaN(new Date(ms).getTime()) ? null : ms;
}

function textOf(raw: unknown): string | null {
  if (raw === null || raw === undefined || raw === '') return null;
  if (typeof raw === 'string') return raw;
  return typeof raw === 'number' || typeof raw === 'boolean' ? String(raw) : JSON.stringify(raw);
}
