import { asObject } from '../json';

/*
 * Templates as Meta approved them. What Meta lists is an open world: components and statuses nobody knows yet are kept,
 * and a template that has one which cannot be filled is refused with its name.
 */

/** One language of a template. */
export type Template = {
  readonly name: string;
  readonly language: string;
  /** Meta's word; only `APPROVED` may be sent. */
  readonly status: string;
  /** MARKETING, UTILITY or AUTHENTICATION. */
  readonly category: string;
  readonly parameterFormat: 'POSITIONAL' | 'NAMED';
  /** As Meta lists them. */
  readonly components: readonly unknown[];
};

/** One language of a template with all that Meta lists of it. */
export type ListedTemplate = Template & {
  readonly templateId: string | null;
  readonly quality: string | null;
  readonly rejectedReason: string | null;
};

/** The values of a send, in the form in which WhatsApp takes them. */
export type GivenComponent = {
  readonly type: string;
  readonly sub_type?: string | undefined;
  readonly index?: number | string | undefined;
  readonly parameters?: readonly GivenParameter[] | undefined;
};

export type GivenParameter = Readonly<Record<string, unknown>> & { readonly type: string };

/** A template as a message names it. */
export type TemplateContent = {
  readonly name: string;
  readonly language: { readonly code: string };
  readonly components?: readonly GivenComponent[] | undefined;
};

/** What is wrong with the values: where, and what belongs there. */
export type ParameterProblem = {
  /** `header`, `body`, `button 0`, or the name of a component that the template does not have. */
  readonly component: string;
  /** Name or number of the placeholder; null = the component as a whole. */
  readonly parameter: string | null;
  readonly expected: string;
};

/** A text in upper case, as Meta's lists write their codes; null when it is none. */
export function asCode(value: unknown): string | null {
  return typeof value === 'string' ? value.toUpperCase() : null;
}

/** The template that a message of ours names; null = it is none. */
export function templateOf(body: Readonly<Record<string, unknown>>): TemplateContent | null {
  const content = asObject(body['template']);
  const code = asObject(content?.['language'])?.['code'];
  const name = content?.['name'];
  if (typeof name !== 'string' || typeof code !== 'string') return null;
  return { name, language: { code }, components: componentsGiven(content?.['components']) };
}

function componentsGiven(value: unknown): GivenComponent[] {
  if (!Array.isArray(value)) return [];
  return value
    .map(asObject)
    .filter((component) => component !== null)
    .map((component) => {
      const { sub_type: subType, index, parameters } = component;
      return {
        type: String(component['type']),
        ...(typeof subType === 'string' && { sub_type: subType }),
        ...((typeof index === 'string' || typeof index === 'number') && { index }),
        parameters: Array.isArray(parameters) ? parameters.map(parameterGiven) : [],
      };
    });
}

function parameterGiven(value: unknown): GivenParameter {
  const given = asObject(value) ?? {};
  return { ...given, type: String(given['type']) };
}
