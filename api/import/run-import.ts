import type { TransactionalDatabase } from '../../platform/database';
import { describeError } from '../../platform/logger';
import { assignLines, COUNT_AFTER_MS, hasPassedOn } from '../ingest/assign-lines';
import type { ExportedMessage, Outcome } from '../ingest/assign-lines';
import { replyModel } from '../ingest/reply-model';
import { countDueHistoryWaits } from '../../store/history-wait.store';
import { readLine } from './line.schema';
import type { LineDefaults } from './line.schema';
import type { ExportRecord, Problem } from './record';
import type { Rejects } from './rejects';

/** Lines that stand in memory at once. */
const BATCH_LINES = 1_000;
/** Conversations that are filled at once. */
const AT_ONCE = 4;
/** Conversations whose waits are counted between two looks for more. */
const COUNT_BATCH = 200;
const TRIES_MAX = 5;
/** Two transactions stood in each other's way: one of them is to be tried again. */
const TRY_AGAIN = '40';
/** A value that Postgres cannot hold. */
const UNSTORABLE = /^(22|54)/;

/** How far an import has come, in lines. */
export type Tally = { read: number; imported: number; known: number };

type Import = {
  /** Null: lines are checked, nothing is written. */
  readonly database: TransactionalDatabase | null;
  readonly defaults: LineDefaults;
  readonly rejects: Rejects;
  readonly onProgress: (tally: Readonly<Tally>) => void;
};
type Line = { readonly line: number; readonly message: ExportedMessage };
type Group = [Line, ...Line[]];

/** Reads an export to its end and fills the past with it; may be ended anywhere and run again. */
export async function runImport(records: AsyncIterable<ExportRecord>, run: Import): Promise<Tally> {
  const tally: Tally = { read: 0, imported: 0, known: 0 };
  let batch: Line[] = [];
  for await (const record of records) {
    tally.read += 1;
    const read = 'problem' in record ? { problems: [record.problem] } : readLine(record.fields, run.defaults);
    if ('message' in read) batch.push({ line: record.line, message: read.message });
    else await run.rejects.add(record.line, read.problems);
    if (tally.read % BATCH_LINES !== 0) continue;
    await store(batch, run, tally);
    batch = [];
    run.onProgress(tally);
  }
  await store(batch, run, tally);
  if (run.database !== null) await countWaits(run.database);
  return tally;
}

async function countWaits(database: TransactionalDatabase): Promise<void> {
  let afterId: string | null = null;
  do {
    afterId = await countDueHistoryWaits(database, replyModel(), {
      withinMs: COUNT_AFTER_MS,
      afterId,
      countMax: COUNT_BATCH,
    });
  } while (afterId !== null);
}

async function store(batch: readonly Line[], run: Import, tally: Tally): Promise<void> {
  const { database } = run;
  if (database === null) return;
  const groups = groupsOf(batch);
  const worker = async (): Promise<void> => {
    for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
      for (const outcome of await storeGroup(database, run.rejects, group)) tally[outcome] += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

/** Lines of one buyer and number go together and in their order. */
function groupsOf(batch: readonly Line[]): Group[] {
  const groups = new Map<string, Group>();
  for (const line of batch) {
    const { phoneNumberId, identifiers } = line.message;
    const key = [phoneNumberId, ...identifiers.map((one) => one.value)].join(' ');
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  // Taken from the end: lines that name a person in several ways go first, and fewer buyers prove to be one later.
  const names = ([first]: Group): number => first.message.identifiers.length;
  return [...groups.values()].sort((a, b) => names(a) - names(b));
}

async function storeGroup(
  database: TransactionalDatabase,
  rejects: Rejects,
  group: Group,
): Promise<Outcome[]> {
  const isSplit = group.length > 1 && (await hasPassedOn(database, group[0].message.identifiers));
  if (!isSplit) {
    const stored = await tryToStore(database, group);
    if ('outcomes' in stored) return stored.outcomes;
    if (group.length === 1) {
      await rejects.add(group[0].line, [stored.problem]);
      return [];
    }
  }
  const outcomes: Outcome[] = [];
  for (const line of group) outcomes.push(...(await storeGroup(database, rejects, [line])));
  return outcomes;
}

async function tryToStore(
  database: TransactionalDatabase,
  [first, ...others]: Group,
): Promise<{ readonly outcomes: Outcome[] } | { readonly problem: Problem }> {
  const messages = others.map((line) => line.message);
  for (let tries = 1; ; tries += 1) {
    try {
      return { outcomes: await assignLines(database, [first.message, ...messages]) };
    } catch (error) {
      const code = describeError(error).code ?? '';
      if (UNSTORABLE.test(code))
        return {
          problem: {
            field: '',
            problem: `cannot be stored (${code})`,
            remedy: 'look for values that are too long or no text',
          },
        };
      if (!code.startsWith(TRY_AGAIN) || tries === TRIES_MAX) throw error;
    }
  }
}
