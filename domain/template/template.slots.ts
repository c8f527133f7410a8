import { asObject } from '../json';
import { asCode } from './template';
import type { Template } from './template';

/** A place of a template that takes values when it is sent. */
export type Slot = {
  readonly component: 'header' | 'body' | 'button';
  /** The place of a button among all buttons; null for header and body. */
  readonly index: number | null;
  /** The kinds of button that Meta takes here. */
  readonly subTypes: readonly string[];
  /** Names or numbers of the placeholders, in order. */
  readonly parameters: readonly string[];
  /** Types of parameter that Meta takes here. */
  readonly types: readonly string[];
  readonly isOptional: boolean;
  /** The words around the placeholders, with them; null where the value stands alone. */
  readonly text: string | null;
};

const TEXT_TYPES = ['text', 'currency', 'date_time'];
const MEDIA_FORMATS = ['IMAGE', 'VIDEO', 'DOCUMENT', 'LOCATION'];
const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;
const FILLED_COMPONENTS = new Set(['HEADER', 'BODY', 'FOOTER', 'BUTTONS']);

/** Every place of a template that takes values. */
export function slotsOf(template: Template): Slot[] {
  return componentsOf(template).flatMap((component) => {
    switch (asCode(component['type']) ?? '') {
      case 'HEADER':
        return headerSlots(component);
      case 'BODY':
        return wordSlots('body', component['text']);
      case 'BUTTONS':
        return buttonsOf(component).flatMap(buttonSlots);
      default:
        return [];
    }
  });
}

/** Parts of a template that cannot be filled here, by Meta's name. */
export function unsupportedParts(template: Template): string[] {
  return componentsOf(template)
    .map((component) => asCode(component['type']) ?? 'UNKNOWN')
    .filter((type) => !FILLED_COMPONENTS.has(type));
}

/** The names or numbers of the placeholders in a text, each once. */
function placeholdersOf(text: unknown): string[] {
  if (typeof text !== 'string') return [];
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name))];
}

/** A text with its placeholders filled in. */
export function fillPlaceholders(text: string, valueOf: (name: string) => string): string {
  return text.replace(PLACEHOLDER, (_placeholder, name: string) => valueOf(name));
}

/** How many buttons a template has, with values or without. */
export function countButtons(template: Template): number {
  return componentsOf(template).flatMap(buttonsOf).length;
}

/**
 * A code to log in with that is copied or filled in with one tap: Meta sends it to phone numbers only. The code of a coupon
 * is copied by the same button, and goes to anybody.
 */
export function hasCodeButton(template: Template): boolean {
  const isLogIn = template.category === 'AUTHENTICATION';
  return componentsOf(template)
    .flatMap(buttonsOf)
    .map((button) => asCode(button['type']))
    .some((type) => type === 'OTP' || (isLogIn && type === 'COPY_CODE'));
}

function componentsOf(template: Template): Readonly<Record<string, unknown>>[] {
  return template.components.map(asObject).filter((component) => component !== null);
}

function headerSlots(header: Readonly<Record<string, unknown>>): Slot[] {
  const format = asCode(header['format']) ?? 'TEXT';
  if (!MEDIA_FORMATS.includes(format)) return wordSlots('header', header['text']);
  return [
    {
      component: 'header',
      index: null,
      subTypes: [],
      parameters: ['1'],
      types: [format.toLowerCase()],
      isOptional: false,
      text: null,
    },
  ];
}

function wordSlots(component: 'header' | 'body', text: unknown): Slot[] {
  const parameters = placeholdersOf(text);
  if (typeof text !== 'string' || parameters.length === 0) return [];
  return [{ component, index: null, subTypes: [], parameters, types: TEXT_TYPES, isOptional: false, text }];
}

function buttonsOf(component: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>[] {
  const { buttons } = component;
  return Array.isArray(buttons) ? buttons.map(asObject).filter((button) => button !== null) : [];
}

function buttonSlots(button: Readonly<Record<string, unknown>>, index: number): Slot[] {
  const slot = (subTypes: readonly string[], types: readonly string[], isOptional: boolean): Slot[] => [
    { component: 'button', index, subTypes, parameters: ['1'], types, isOptional, text: null },
  ];
  switch (asCode(button['type']) ?? '') {
    case 'URL':
      return placeholdersOf(button['url']).length > 0 ? slot(['url'], ['text'], false) : [];
    case 'COPY_CODE':
      return slot(['copy_code'], ['coupon_code'], false);
    case 'OTP':
      // The code is given once more, as if the button led to an address.
      return slot(['url'], ['text'], false);
    case 'QUICK_REPLY':
      return slot(['quick_reply'], ['payload'], true);
    case 'FLOW':
      return slot(['flow'], ['action'], true);
    case 'CATALOG':
      return slot(['catalog'], ['action'], true);
    case 'MPM':
      return slot(['mpm'], ['action'], false);
    default:
      return [];
  }
}
