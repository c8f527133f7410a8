import { z } from 'zod';
import type { Inbox } from './inbox';

const items = z.array(z.looseObject({ id: z.string().optional() })).default([]);
const changeSchema = z.looseObject({
  field: z.string(),
  value: z.looseObject({
    metadata: z.looseObject({ phone_number_id: z.string() }).optional(),
    contacts: z.array(z.looseObject({})).optional(),
    messages: items,
    statuses: z.array(z.looseObject({ id: z.string(), status: z.string() })).default([]),
    message_echoes: items,
    history: z.array(z.looseObject({})).optional(),
    user_preferences: z.array(z.looseObject({})).optional(),
    state_sync: z.array(z.looseObject({})).optional(),
  }),
});
const bodySchema = z.looseObject({
  entry: z.array(z.looseObject({ id: z.string(), changes: z.array(changeSchema) })),
});

export type Change = z.infer<typeof changeSchema>;

/** The changes of each body that arrived, in order of arrival. */
export function changesOf(inbox: Inbox): Change[][] {
  return inbox.received.map(({ bytes }) =>
    bodySchema.parse(JSON.parse(bytes.toString())).entry.flatMap(({ changes }) => changes),
  );
}

/** The ids of all messages that arrived, repeats included. */
export function messageIdsOf(inbox: Inbox): string[] {
  const changes = changesOf(inbox).flat();
  return changes.flatMap(({ value }) => value.messages.map(({ id }) => id ?? ''));
}

/** The only change of the only body. */
export function onlyChange(inbox: Inbox): Change {
  const [change, ...others] = changesOf(inbox).flat();
  if (change === undefined || others.length > 0) throw new Error(`Not one change but ${others.length + 1}.`);
  return change;
}
