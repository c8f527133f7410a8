import type { RefusalCode } from '../store/commands/command.types';
import { JOIN_PROBLEMS } from './join-problems';
import { SUBSCRIPTION_PROBLEMS } from './subscription-problems';

type ProblemText = { readonly status: number; readonly title: string; readonly whatToDo: string };

/** Every problem that the API reports: its HTTP status, what it means, and what the caller can do about it. */
export const PROBLEMS = {
  malformed_request: {
    status: 400,
    title: 'The request cannot be read.',
    whatToDo: 'Check the encoding of the address and the length of the body.',
  },
  malformed_json: {
    status: 400,
    title: 'The body is not valid JSON.',
    whatToDo: 'Send a JSON object in UTF-8, or no body at all.',
  },
  unauthorized: {
    status: 401,
    title: 'The bearer token is missing or wrong.',
    whatToDo:
      'Send the header "Authorization: Bearer <token>" with a token that is neither revoked nor expired.',
  },
  insufficient_scope: {
    status: 403,
    title: 'The token does not open this.',
    whatToDo: 'Use a token with the scope in "needed_scope", or one that includes it.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing under this address.',
    whatToDo: 'Compare the path with the documentation of the API under /docs.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take this method.',
    whatToDo: 'Use one of the methods in "allowed".',
  },
  not_acceptable: {
    status: 406,
    title: 'The answer would be JSON, which the request does not accept.',
    whatToDo: 'Send the header "Accept: application/json", or none.',
  },
  too_many_requests: {
    status: 429,
    title: 'This token has made too many requests.',
    whatToDo: 'Repeat the request after the seconds in the header "Retry-After".',
  },
  token_not_found: {
    status: 404,
    title: 'There is no token with this id that is not revoked.',
    whatToDo: 'Look the token up with GET /v1/tokens.',
  },
  decision_not_found: {
    status: 404,
    title: 'There is no decision with this id.',
    whatToDo: 'Look the decision up with GET /v1/decisions.',
  },
  policy_not_found: {
    status: 404,
    title: 'There is no version of the policy with this id.',
    whatToDo: 'Look the version up with GET /v1/policies.',
  },
  conversation_not_found: {
    status: 404,
    title: 'There is no conversation with this id.',
    whatToDo: 'Look the conversation up with GET /v1/conversations.',
  },
  buyer_not_found: {
    status: 404,
    title: 'There is no buyer with this id.',
    whatToDo: 'Take the id from the buyer of a conversation.',
  },
  never_automate_entry_not_found: {
    status: 404,
    title: 'There is no such entry on the list, or it was removed already.',
    whatToDo: 'Look the entry up with GET /v1/never-automate.',
  },
  webhook_item_not_found: {
    status: 404,
    title: 'There is no webhook item with this id.',
    whatToDo: 'Look the item up with GET /v1/webhook-items.',
  },
  number_not_found: {
    status: 404,
    title: 'There is no number with this id.',
    whatToDo: 'Look the number up with GET /v1/numbers.',
  },
  media_not_found: {
    status: 404,
    title: 'There is no such file.',
    whatToDo: 'Take a link from the messages of a conversation.',
  },
  media_link_invalid: {
    status: 403,
    title: 'The link to the file is not signed, or was changed.',
    whatToDo: 'Take a link from the messages of a conversation.',
  },
  media_link_expired: {
    status: 403,
    title: 'The time of the link to the file is over.',
    whatToDo: 'Read the conversation again and take the new link.',
  },
  media_not_stored: {
    status: 409,
    title: 'The file is not stored here.',
    whatToDo: 'If "media_status" is "pending", try again later; if it is "failed", "reason_code" tells why.',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'The file has no such part.',
    whatToDo: 'Ask for bytes within the length that the header "Content-Range" names, or for the whole file.',
  },
  ...SUBSCRIPTION_PROBLEMS,
  kill_switch_not_found: {
    status: 404,
    title: 'There is no kill switch with this id that is thrown.',
    whatToDo: 'Look the switch up with GET /v1/kill-switches.',
  },
  send_not_found: {
    status: 404,
    title: 'There is no send with this id.',
    whatToDo: 'Look the send up with GET /v1/sends.',
  },
  ...JOIN_PROBLEMS,
  owned_by_other_agent: {
    status: 409,
    title: 'Another agent has this conversation.',
    whatToDo: 'Talk to that agent, or repeat the request with "force": true.',
  },
  not_owned: {
    status: 409,
    title: 'Automation has this conversation already.',
    whatToDo: 'Nothing needs to be handed back.',
  },
  not_with_automation: {
    status: 409,
    title: 'Automation does not have this conversation, and nobody would watch what this order sends.',
    whatToDo: 'Write as an agent, or hand the conversation back first.',
  },
  not_paused: {
    status: 409,
    title: 'This conversation is not paused.',
    whatToDo: 'Nothing needs to be resumed.',
  },
  number_not_held: {
    status: 409,
    title: 'Nothing holds this number back.',
    whatToDo: 'Nothing needs to be resumed.',
  },
  outside_window: {
    status: 409,
    title: 'The buyer wrote more than 24 hours ago or never, so WhatsApp takes no free text.',
    whatToDo: 'Send a template, or wait until the buyer writes again.',
  },
  buyer_opted_out: {
    status: 409,
    title: 'The buyer does not want to be written to.',
    whatToDo:
      'Wait until the buyer asks for messages again, or repeat the request with "override_opt_out": true and a "reason".',
  },
  no_follow_up_planned: {
    status: 409,
    title: 'No follow-up is planned.',
    whatToDo: 'Nothing needs to be skipped.',
  },
  no_open_episode: {
    status: 409,
    title: 'Nothing is open in this conversation.',
    whatToDo: 'Nothing needs to be closed.',
  },
  already_opted_out: {
    status: 409,
    title: 'The buyer has opted out already.',
    whatToDo: 'Nothing needs to be noted.',
  },
  not_opted_out: {
    status: 409,
    title: 'The buyer has not opted out.',
    whatToDo: 'Nothing needs to be noted.',
  },
  template_not_found: {
    status: 422,
    title: 'There is no such template in this language.',
    whatToDo: 'See GET /v1/templates, or name a fallback_language in the policy.',
  },
  template_not_approved: {
    status: 409,
    title: 'WhatsApp has not approved this template, or not any more.',
    whatToDo: 'Take a template with status APPROVED from GET /v1/templates.',
  },
  template_parameters_wrong: {
    status: 422,
    title: 'The values do not fit what the template needs.',
    whatToDo: 'Correct what is named in "errors"; GET /v1/templates says what is needed.',
  },
  template_needs_phone: {
    status: 409,
    title: 'WhatsApp sends codes to phone numbers only, and this buyer’s phone is not known.',
    whatToDo: 'Send another template, or ask the buyer for the phone number.',
  },
  no_marketing_consent: {
    status: 409,
    title: 'The buyer has not agreed to advertising, or not any more.',
    whatToDo: 'Send a template of another category, or record the opt-in with its evidence first.',
  },
  no_opt_in: {
    status: 409,
    title: 'No opt-in is recorded, and the buyer has not written lately.',
    whatToDo: 'Start the conversation with POST /v1/conversations and the evidence of an opt-in.',
  },
  marketing_blocked: {
    status: 409,
    title: 'WhatsApp delivers no advertising to phones of this country.',
    whatToDo: 'Send a template of another category, or wait until the buyer writes.',
  },
  opt_in_in_future: {
    status: 422,
    title: 'The opt-in lies in the future.',
    whatToDo: 'Send the time at which the buyer agreed.',
  },
  first_contacts_used_up: {
    status: 409,
    title: 'As many buyers as WhatsApp allows were written to first within 24 hours.',
    whatToDo: 'Repeat the request after "available_at".',
  },
  send_too_late: {
    status: 409,
    title: 'This message is on its way or has come to its end.',
    whatToDo: 'See "send_status"; only what is a draft, planned or held can be changed.',
  },
  send_not_editable: {
    status: 409,
    title: 'This message confirms an opt-out, and its text is the policy’s.',
    whatToDo: 'Let it leave or cancel it; to change the text for the future, change the policy.',
  },
  send_not_draft: {
    status: 409,
    title: 'This message is not a draft.',
    whatToDo: 'See "send_status"; nothing needs to be approved or rejected.',
  },
  send_not_unconfirmed: {
    status: 409,
    title: 'It is known whether this message left.',
    whatToDo: 'See "send_status"; nothing needs to be decided.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This Idempotency-Key was used for another command.',
    whatToDo:
      'Use a new key for each new command, and the same key only to repeat the same one, word for word.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large.',
    whatToDo: 'Send at most 64 KiB.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is not declared as JSON in UTF-8.',
    whatToDo: 'Send the header "Content-Type: application/json" and an uncompressed body.',
  },
  invalid_request: {
    status: 422,
    title: 'A field of the request is missing or wrong.',
    whatToDo: 'Correct the fields named in "errors".',
  },
  until_not_in_future: {
    status: 422,
    title: 'The end of the pause is not in the future.',
    whatToDo: 'Send a later "until", or "forever": true.',
  },
  message_not_found: {
    status: 422,
    title: 'The message that is to be quoted or reacted to is not in this conversation.',
    whatToDo: 'Take its id from the messages of this conversation.',
  },
  send_at_out_of_range: {
    status: 422,
    title: 'The time to send is past, or more than 30 days ahead.',
    whatToDo: 'Send another "send_at", or none to send at once.',
  },
  unexpected: {
    status: 500,
    title: 'Something went wrong here.',
    whatToDo: 'Repeat the request with the same Idempotency-Key; if it fails again, report the request id.',
  },
  unavailable: {
    status: 503,
    title: 'The service cannot answer right now.',
    whatToDo: 'Repeat the request in a few seconds with the same Idempotency-Key.',
  },
} as const satisfies Readonly<Record<string, ProblemText>> & Readonly<Record<RefusalCode, ProblemText>>;

export type ProblemKind = keyof typeof PROBLEMS;
