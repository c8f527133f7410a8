import { readFileSync } from 'node:fs';
import { EVENT_DATA, eventBody } from '../../api/contract';
import { EVENT_KINDS } from '../../domain/event/event.kinds';

const page = readFileSync('docs/webhooks.md', 'utf8');
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = '']) =>
  eventBody.parse(JSON.parse(json)),
);

test.each(EVENT_KINDS)('the example of %s is a body of that kind', (kind) => {
  const ofKind = examples.filter(({ type }) => type === kind);
  expect(ofKind).not.toEqual([]);
  for (const { data } of ofKind) EVENT_DATA[kind].parse(data);
  expect(page).toContain(`### \`${kind}\``);
});
