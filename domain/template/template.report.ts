import { asCode } from './template';

/** What a webhook tells about one side of a template; what it does not tell stays. */
export type TemplateChange = {
  readonly status?: string;
  readonly category?: string;
  readonly quality?: string;
  /** The words of its body. */
  readonly text?: string;
};

/** Events that are no status of their own: the template can be sent as before. */
const STILL_APPROVED = new Set(['FLAGGED', 'REINSTATED', 'UNPAUSED', 'UNARCHIVED', 'UNLOCKED']);

/** Reads a report about a template; null when the field is about something else. */
export function templateReportOf(
  field: string,
  value: Readonly<Record<string, unknown>>,
): TemplateChange | null {
  switch (field) {
    case 'message_template_status_update':
      return given('status', statusOf(asCode(value['event'])));
    case 'template_category_update':
      return given('category', asCode(value['new_category']));
    case 'message_template_quality_update':
      return given('quality', asCode(value['new_quality_score']));
    case 'message_template_components_update':
      return given('text', textOf(value['message_template_element']));
    default:
      return null;
  }
}

function statusOf(event: string | null): string | null {
  return event !== null && STILL_APPROVED.has(event) ? 'APPROVED' : event;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function given(side: keyof TemplateChange, value: string | null): TemplateChange {
  return value === null ? {} : { [side]: value };
}
