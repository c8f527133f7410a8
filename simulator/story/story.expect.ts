import type { HubspotRecord, View } from './story.doors';
import type { Expectation } from './story.schema';

/** Everything that expectations are compared with. */
export type Facts = {
  readonly view: View;
  readonly identifiers: ReadonlySet<string>;
  readonly numberId: string;
  readonly contacts: readonly HubspotRecord[];
  readonly logs: readonly HubspotRecord[];
  readonly notUnderstood: number;
  readonly reportedFields: readonly string[];
};

export type Finding = { readonly statement: string; readonly isTrue: boolean };
type Checked = Exclude<keyof Expectation, 'on' | 'within' | 'for'>;
type Checks = {
  readonly [Name in Checked]: (wanted: NonNullable<Expectation[Name]>, facts: Facts) => Finding;
};

const LEFT = new Set(['accepted', 'sent', 'delivered', 'read', 'played', 'unconfirmed']);

const CHECKS: Checks = {
  answers: (wanted, facts) => counted(things(wanted, 'automated answer'), wanted, left(facts, 'reply')),
  follow_ups: (wanted, facts) => counted(things(wanted, 'follow-up'), wanted, left(facts, 'follow_up')),
  by_agent: (wanted, facts) => counted(things(wanted, 'message', 'of agents'), wanted, left(facts, 'human')),
  nothing_sent: (_wanted, facts) => counted('nothing was sent', 0, left(facts, null)),
  phone_shows: (wanted, { view }) => {
    const texts = view.phone
      .filter(({ direction }) => direction === 'out')
      .map(({ text, type }) => text ?? type);
    const isTrue =
      texts.length === wanted.length &&
      wanted.every((pattern, index) => matches(texts[index] ?? '', pattern));
    return finding(`the phone shows ${listed(wanted)}`, isTrue, listed(texts));
  },
  owner: (wanted, facts) => {
    const owner = conversationOf(facts)?.owner ?? 'nobody';
    return finding(`the owner is ${wanted}`, owner === wanted || owner.startsWith(`${wanted}:`), owner);
  },
  needs_human: (wanted, facts) => {
    const found = conversationOf(facts)?.needs_human ?? false;
    return finding(wanted ? 'a human is asked' : 'no human is asked', found === wanted, String(found));
  },
  named: (wanted, facts) => {
    const name = conversationOf(facts)?.buyer.name ?? 'nobody';
    return finding(`the buyer is called ${wanted}`, name === wanted, name);
  },
  conversations: (wanted, { view }) =>
    counted(things(wanted, 'conversation'), wanted, view.conversations.length),
  kept: (wanted, facts) =>
    counted(things(wanted, 'message', 'of the buyer kept'), wanted, messages(facts, 'inbound').length),
  says: (wanted, facts) => {
    const texts = messages(facts, null).map(({ text }) => text ?? '');
    const isTrue = wanted.every((pattern) => texts.some((text) => matches(text, pattern)));
    return finding(`the conversation says ${listed(wanted)}`, isTrue, listed(texts));
  },
  edited: (wanted, facts) =>
    counted(
      things(wanted, 'message', 'edited'),
      wanted,
      messages(facts, null).filter(({ edited_at }) => edited_at !== null).length,
    ),
  taken_back: (wanted, facts) =>
    counted(
      things(wanted, 'message', 'taken back'),
      wanted,
      messages(facts, null).filter(({ revoked_at }) => revoked_at !== null).length,
    ),
  reactions: (wanted, facts) => {
    const found = messages(facts, null).flatMap(({ reactions }) => reactions.map(({ emoji }) => emoji));
    return finding(
      `the reactions are ${listed(wanted)}`,
      listed([...found].sort()) === listed([...wanted].sort()),
      listed(found),
    );
  },
  decided: (wanted, facts) => {
    const codes = (conversationOf(facts)?.decisions ?? []).map(({ reason_code }) => reason_code);
    return finding(
      `decided: ${wanted.join(', ')}`,
      wanted.every((code) => codes.includes(code)),
      codes.join(', '),
    );
  },
  opted_out: (wanted, { view }) => {
    const isOut = view.buyer !== null && view.buyer.opted_out_at !== null;
    return finding(wanted ? 'opted out' : 'not opted out', isOut === wanted, isOut ? 'opted out' : 'not');
  },
  contact: (wanted, facts) => {
    const found = conversationOf(facts)?.identity?.status ?? 'none';
    return finding(`the contact of HubSpot is ${wanted}`, found === wanted, found);
  },
  hubspot_contacts: (wanted, facts) =>
    counted(things(wanted, 'contact', 'in HubSpot'), wanted, contactsOf(facts).length),
  hubspot_logs: (wanted, facts) => {
    const ids = new Set(contactsOf(facts).map(({ id }) => id));
    const logs = facts.logs.filter(({ associations }) =>
      associations?.['contacts']?.some(({ id }) => ids.has(id)),
    );
    return counted(things(wanted, 'log', 'in HubSpot'), wanted, logs.length);
  },
  not_understood: (wanted, facts) =>
    counted(things(wanted, 'item', 'of webhooks not understood'), wanted, facts.notUnderstood),
  account_reports: (wanted, { reportedFields }) =>
    finding(
      `Meta's reports are listed: ${wanted.join(', ')}`,
      wanted.every((field) => reportedFields.includes(field)),
      reportedFields.join(', '),
    ),
};

/** What of an expectation is true, one finding for each thing expected. */
export function findingsOf(expectation: Expectation, facts: Facts): Finding[] {
  return Object.keys(expectation)
    .filter(isChecked)
    .flatMap((name) => judge(name, expectation[name], facts));
}

/** Whether it says that no more than something happens: true too early, as long as more can come. */
export function isBounded(expectation: Expectation): boolean {
  const { answers, follow_ups, by_agent, nothing_sent, not_understood, phone_shows, conversations } =
    expectation;
  const bounds = [answers, follow_ups, by_agent, nothing_sent, not_understood, phone_shows, conversations];
  return bounds.some((bound) => bound !== undefined);
}

function isChecked(name: string): name is Checked {
  return name in CHECKS;
}

function judge<Name extends Checked>(name: Name, wanted: Expectation[Name], facts: Facts): Finding[] {
  return wanted === undefined ? [] : [CHECKS[name](wanted, facts)];
}

function conversationOf({ view, numberId }: Facts): View['conversations'][number] | undefined {
  return view.conversations.find(({ number_id }) => number_id === numberId);
}

function messages(facts: Facts, direction: string | null): View['conversations'][number]['messages'] {
  const all = conversationOf(facts)?.messages ?? [];
  return all.filter((message) => direction === null || message.direction === direction);
}

function left(facts: Facts, kind: string | null): number {
  const sends = conversationOf(facts)?.sends ?? [];
  return sends.filter((send) => LEFT.has(send.status) && (kind === null || send.kind === kind)).length;
}

function contactsOf({ contacts, identifiers, view }: Facts): HubspotRecord[] {
  const linked = new Set(view.conversations.map(({ identity }) => identity?.contact_id));
  return contacts.filter(({ id, properties }) => {
    const phone = properties['phone'];
    return linked.has(id) || (typeof phone === 'string' && identifiers.has(phone.replaceAll(/\D/g, '')));
  });
}

function matches(text: string, pattern: string): boolean {
  const expression = /^\/(.+)\/([a-z]*)$/s.exec(pattern);
  return expression === null
    ? text.includes(pattern)
    : new RegExp(expression[1] ?? '', expression[2]).test(text);
}

function counted(statement: string, wanted: number, found: number): Finding {
  return finding(statement, wanted === found, String(found));
}

function finding(statement: string, isTrue: boolean, found: string): Finding {
  return { statement: isTrue ? statement : `${statement} (found: ${found})`, isTrue };
}

function things(count: number, thing: string, rest = ''): string {
  return `${count} ${thing}${count === 1 ? '' : 's'} ${rest}`.trimEnd();
}

function listed(texts: readonly string[]): string {
  return texts.length === 0 ? 'nothing' : texts.map((text) => `"${text}"`).join(', ');
}
