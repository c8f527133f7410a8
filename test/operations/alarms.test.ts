import { readFileSync } from 'node:fs';
import { ALARM_EVENTS } from '../../platform/alarm';
import { sourceFiles } from '../architecture/source-files';

const page = readFileSync('docs/operate.md', 'utf8');
const section = page.slice(page.indexOf('### Alarms in the log'), page.indexOf('## Logs and traces'));

test('every alarm that the log may hold stands in docs/operate.md, and no other', () => {
  const rows = [...section.matchAll(/^\| `([a-z_]+\.[a-z_]+)` +\| ([^|]+)\| ([^|]+)\|$/gm)];
  expect(rows.map(([, event]) => event).sort()).toEqual([...ALARM_EVENTS].sort());
  for (const [, , means = '', whatToDo = ''] of rows)
    expect([means, whatToDo].every((text) => text.trim() !== '')).toBe(true);
});

test('alarms are written to the log in one way', () => {
  const others = sourceFiles().filter(
    ({ file, text }) =>
      /^(activities|api|store|worker|platform)\/.*\.ts$/.test(file) && text.includes(", 'alarm')"),
  );
  expect(others.map(({ file }) => file)).toEqual(['platform/alarm.ts']);
});
