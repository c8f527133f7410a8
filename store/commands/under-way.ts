import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAY_HAVE_LEFT } from '../../domain/send/send.state';
import type { SendStatus } from '../../domain/vocabulary';
import type { Database } from '../../platform/database';
import type { SendUnderWay } from './command.types';

/** How an answer waits for sends that were claimed before its command. */
export type UnderWaySettings = {
  /** Less than the 5 s lease of a claim, as a person waits for the answer; a call to WhatsApp mostly ends much sooner. */
  readonly timeoutMs: number;
  /** Short against a call to WhatsApp (some 100 ms), long against one look at the table (under 1 ms). */
  readonly pollMs: number;
};

export const UNDER_WAY_SETTINGS: UnderWaySettings = { timeoutMs: 2_000, pollMs: 25 };

type ClaimRow = { id: string; status: SendStatus; may_still_begin: boolean };

/**
 * Waits until none of these claimed sends can still begin, at most `timeoutMs`, and tells what became of them.
 * A claim whose lease is over is not waited for: its call has begun or never will.
 */
export async function waitForUnderWay(
  database: Database,
  sendIds: readonly string[],
  settings: UnderWaySettings,
): Promise<{ under_way: SendUnderWay[]; left_before: SendUnderWay[] }> {
  const deadlineMs = performance.now() + settings.timeoutMs;
  let rows = await readClaims(database, sendIds);
  while (rows.some((row) => row.may_still_begin) && performance.now() < deadlineMs) {
    await sleep(settings.pollMs);
    rows = await readClaims(database, sendIds);
  }
  return {
    under_way: rows.filter((row) => row.status === 'claimed').map(toSendUnderWay),
    left_before: rows
      .filter((row) => row.status !== 'claimed' && MAY_HAVE_LEFT.includes(row.status))
      .map(toSendUnderWay),
  };
}

async function readClaims(database: Database, sendIds: readonly string[]): Promise<ClaimRow[]> {
  const result = await database.query<ClaimRow>(
    `select id, status, status = 'claimed' and coalesce(claim_until > clock_timestamp(), false) as may_still_begin
       from send where id = any($1::uuid[]) order by created_at, id`,
    [sendIds],
  );
  return result.rows;
}

function toSendUnderWay(row: ClaimRow): SendUnderWay {
  return { send_id: row.id, status: row.status };
}
