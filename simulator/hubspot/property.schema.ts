import { z } from 'zod';
import type { PropertyDefinition, PropertyOption } from './property.definitions';

const FIELD_TYPES = [
  'booleancheckbox',
  'calculation_equation',
  'checkbox',
  'date',
  'file',
  'html',
  'number',
  'phonenumber',
  'radio',
  'select',
  'text',
  'textarea',
] as const;
const TYPES = ['bool', 'date', 'datetime', 'enumeration', 'number', 'phone_number', 'string'] as const;

const optionSchema = z.looseObject({
  label: z.string().min(1),
  value: z.string().min(1),
  description: z.string().optional(),
  displayOrder: z.int().default(-1),
  hidden: z.boolean().default(false),
});

export const propertyCreateSchema = z
  .looseObject({
    name: z.string().regex(/^[a-z][a-z0-9_]*$/, 'must be lower case letters, digits and underscores'),
    label: z.string().min(1),
    type: z.enum(TYPES),
    fieldType: z.enum(FIELD_TYPES),
    groupName: z.string().min(1),
    description: z.string().default(''),
    options: z.array(optionSchema).default([]),
    hasUniqueValue: z.boolean().default(false),
    externalOptions: z.boolean().default(false),
    formField: z.boolean().default(false),
    hidden: z.boolean().default(false),
    displayOrder: z.int().default(-1),
  })
  .refine(
    ({ type, options, externalOptions }) => type !== 'enumeration' || externalOptions || options.length > 0,
    { error: 'options are required for an enumeration', path: ['options'] },
  )
  .refine(({ type, fieldType }) => FIELD_TYPES_OF[type].includes(fieldType), {
    error: 'does not go with this type',
    path: ['fieldType'],
  });

export const propertyUpdateSchema = z.looseObject({
  label: z.string().min(1).optional(),
  type: z.enum(TYPES).optional(),
  fieldType: z.enum(FIELD_TYPES).optional(),
  groupName: z.string().min(1).optional(),
  description: z.string().optional(),
  options: z.array(optionSchema).optional(),
  formField: z.boolean().optional(),
  hidden: z.boolean().optional(),
  displayOrder: z.int().optional(),
});

const FIELD_TYPES_OF: Readonly<Record<(typeof TYPES)[number], readonly string[]>> = {
  bool: ['booleancheckbox', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  enumeration: ['booleancheckbox', 'checkbox', 'radio', 'select', 'calculation_equation'],
  number: ['number', 'calculation_equation'],
  phone_number: ['phonenumber'],
  string: ['file', 'html', 'phonenumber', 'text', 'textarea', 'calculation_equation'],
};

/** The stored form of a definition made by the account itself. */
export function definitionOf(
  input: z.infer<typeof propertyCreateSchema>,
  createdAtMs: number,
): PropertyDefinition {
  const { name, label, type, fieldType, groupName, description, hasUniqueValue } = input;
  return {
    name,
    label,
    type,
    fieldType,
    groupName,
    description,
    options: input.options.map((option) => storedOption(option)),
    hasUniqueValue,
    readOnly: false,
    hubspotDefined: false,
    calculated: fieldType === 'calculation_equation',
    externalOptions: input.externalOptions,
    formField: input.formField,
    hidden: input.hidden,
    displayOrder: input.displayOrder,
    archived: false,
    created_at_ms: createdAtMs,
    updated_at_ms: createdAtMs,
  };
}

/** A definition after a change: what was not mentioned stays, name and uniqueness always do. */
export function changedDefinition(
  before: PropertyDefinition,
  change: z.infer<typeof propertyUpdateSchema>,
): PropertyDefinition {
  const { options, ...rest } = change;
  const known = propertyUpdateSchema.omit({ options: true }).strip().parse(rest);
  const given = Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
  return {
    ...before,
    ...given,
    ...(options !== undefined && { options: options.map((option) => storedOption(option)) }),
  };
}

function storedOption(option: z.infer<typeof optionSchema>): PropertyOption {
  const { label, value, displayOrder, hidden, description } = option;
  return { label, value, displayOrder, hidden, ...(description !== undefined && { description }) };
}
