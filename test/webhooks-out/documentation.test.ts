import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { eventBody } from '../../api/contract';
import { EVENT_KINDS } from '../../domain/event/event.kinds';

const page = readFileSync('docs/webhooks.md', 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) =>
  z.looseObject({ type: z.string() }).parse(JSON.parse(json)),
);

test.each(EVENT_KINDS)('the example of %s is a body of that kind', (kind) => {
  const ofKind = examples.filter(({ type }) => type === kind);
  expect(ofKind).not.toEqual([]);
  for (const example of ofKind) eventBody(kind).parse(example);
  expect(page).toContain(`### \`${kind}\``);
});
