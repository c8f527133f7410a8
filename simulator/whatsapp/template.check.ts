import { z } from 'zod';
import type { TemplateParameter, TemplateSend } from './send-template.schema';
import { WhatsAppError } from './whatsapp.errors';
import type { Template } from './whatsapp.state';

const HYDRATED_BODY_LENGTH_MAX = 1024;
const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_]+)\s*\}\}/g;
const BAD_PARAMETER_TEXT = /[\n\t]| {5,}/;

const componentsSchema = z.array(
  z.looseObject({
    type: z.string().transform((type) => type.toUpperCase()),
    format: z.string().optional(),
    text: z.string().optional(),
    buttons: z
      .array(z.looseObject({ type: z.string(), url: z.string().optional(), text: z.string().optional() }))
      .optional(),
  }),
);
type Component = z.infer<typeof componentsSchema>[number];
type SentComponent = NonNullable<TemplateSend['components']>[number];

const STATUS_ERRORS: Readonly<Record<string, number>> = { PAUSED: 132015, DISABLED: 132016 };

/** The template a send names; throws Meta's error when it is not there or cannot be sent now. */
export function findTemplate(templates: Iterable<Template>, sent: TemplateSend): Template {
  for (const template of templates) {
    if (template.name !== sent.name || template.language !== sent.language.code) continue;
    const code = STATUS_ERRORS[template.status];
    if (code !== undefined) throw new WhatsAppError(code);
    if (template.status === 'APPROVED') return template;
  }
  throw new WhatsAppError(132001, `template name (${sent.name}) does not exist in ${sent.language.code}`);
}

/** Checks the values of a send against the template; a template without components takes anything. */
export function checkParameters(template: Template, sent: TemplateSend): void {
  const parameters = (sent.components ?? []).flatMap(({ parameters: list }) => list ?? []);
  for (const parameter of parameters) checkText(parameter);
  const components = componentsSchema.safeParse(template.components).data ?? [];
  if (components.length === 0) return;
  const part = (type: string) => components.find((component) => component.type === type);
  const given = (type: string) => (sent.components ?? []).find((component) => component.type === type);
  checkHeader(part('HEADER'), given('header'), template);
  checkWords('body', { text: part('BODY')?.text ?? '', given: given('body'), template });
  checkBodyLength(part('BODY')?.text ?? '', given('body'));
  checkButtons(part('BUTTONS'), sent);
  checkPlaces(part('BUTTONS'), sent);
}

function checkText(parameter: TemplateParameter): void {
  if (parameter.type !== 'text' || !BAD_PARAMETER_TEXT.test(parameter.text)) return;
  throw new WhatsAppError(
    132018,
    'Param text cannot have new-line/tab characters or more than 4 consecutive spaces',
  );
}

function checkHeader(
  header: Component | undefined,
  given: SentComponent | undefined,
  template: Template,
): void {
  const format = header?.format?.toUpperCase() ?? 'TEXT';
  if (format === 'TEXT') checkWords('header', { text: header?.text ?? '', given, template });
  else checkMedia(format, given?.parameters ?? []);
}

function checkMedia(format: string, parameters: readonly TemplateParameter[]): void {
  const [parameter, ...more] = parameters;
  if (parameter === undefined || more.length > 0) throw countError('header', parameters.length, 1);
  const type = parameter.type.toUpperCase();
  if (type === format) return;
  throw new WhatsAppError(132012, `header: Format mismatch, expected ${format}, received ${type}`);
}

type Words = {
  readonly text: string;
  readonly given: SentComponent | undefined;
  readonly template: Template;
};

function checkWords(place: string, { text, given, template }: Words): void {
  const expected = placeholders(text);
  const parameters = given?.parameters ?? [];
  if (parameters.length !== expected.length) throw countError(place, parameters.length, expected.length);
  const wrong = parameters.find(({ type }) => !['text', 'currency', 'date_time'].includes(type));
  if (wrong !== undefined)
    throw new WhatsAppError(
      132012,
      `${place}: Format mismatch, expected TEXT, received ${wrong.type.toUpperCase()}`,
    );
  if (template.parameter_format === 'NAMED') checkNames(place, parameters, expected);
}

function checkNames(
  place: string,
  parameters: readonly TemplateParameter[],
  expected: readonly string[],
): void {
  for (const { parameter_name: name = '' } of parameters) {
    if (name === '') throw new WhatsAppError(100, 'Parameter name is missing or empty');
    if (!expected.includes(name))
      throw new WhatsAppError(132012, `${place}: the template has no parameter ${name}`);
  }
}

function checkBodyLength(text: string, given: SentComponent | undefined): void {
  const values = (given?.parameters ?? []).map((parameter) =>
    parameter.type === 'text' ? parameter.text : '',
  );
  const length = text.replace(PLACEHOLDER, '').length + values.join('').length;
  if (length > HYDRATED_BODY_LENGTH_MAX)
    throw new WhatsAppError(132005, `body: the text is ${length} characters long`);
}

/** Buttons that need a value of their own: an address with a placeholder, a code to copy. */
function checkButtons(buttons: Component | undefined, sent: TemplateSend): void {
  for (const [index, { type, url = '' }] of (buttons?.buttons ?? []).entries()) {
    const kind = type.toUpperCase();
    const isOpen = (kind === 'URL' && placeholders(url).length > 0) || kind === 'COPY_CODE';
    if (isOpen) checkButton(kind, index, sent);
  }
}

/** A component for a button that the template does not have fits nowhere, with values or without. */
function checkPlaces(buttons: Component | undefined, { components = [] }: TemplateSend): void {
  const count = buttons?.buttons?.length ?? 0;
  const stranger = components.find(({ type, index }) => type === 'button' && Number(index) >= count);
  if (stranger !== undefined)
    throw new WhatsAppError(132012, `buttons: the template has no button at index ${stranger.index}`);
}

function checkButton(kind: string, index: number, { components = [] }: TemplateSend): void {
  const given = components.find(({ type, index: at }) => type === 'button' && Number(at) === index);
  const name = `Button at index ${index} of type ${kind}`;
  if (given?.parameters?.length !== 1)
    throw new WhatsAppError(131008, `buttons: ${name} requires a parameter`);
  if (given.sub_type?.toUpperCase() !== kind)
    throw new WhatsAppError(132012, `buttons: ${name} got the value of another type`);
}

function placeholders(text: string): string[] {
  return [...new Set([...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name))];
}

function countError(place: string, received: number, expected: number): WhatsAppError {
  return new WhatsAppError(
    132000,
    `${place}: number of localizable_params (${received}) does not match the expected number of params (${expected})`,
  );
}
