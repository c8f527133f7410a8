import fc from 'fast-check';
import type { SendStatus } from '../../domain/vocabulary';
import type { CommandOrder } from '../../store/commands/command.types';
import { addSend } from '../commands/world';
import type { Scene } from '../commands/world';
import { LedgerWorld } from './ledger-world';
import type { LedgerRow } from './ledger-world';
import type { Fate } from './whatsapp-server';

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
});
afterAll(() => ledger.close());

type Step = (scene: Scene, sendIds: readonly string[]) => Promise<unknown>;

const order =
  (of: (sendId: string) => CommandOrder): Step =>
  (scene, ids) =>
    Promise.all(ids.map((id) => ledger.command(scene, of(id))));
const command =
  (one: CommandOrder): Step =>
  (scene) =>
    ledger.command(scene, one);
/** Two attempts for each send, all at once. */
const deliver =
  (fate: Fate): Step =>
  (_scene, ids) => {
    ledger.whatsapp.fate = fate;
    return Promise.all([...ids, ...ids].map((id) => ledger.deliver(id)));
  };
const report =
  (status: SendStatus): Step =>
  (_scene, ids) =>
    Promise.all(ids.flatMap((id) => ledger.takenOf(id).map((one) => ledger.report(id, one.id, status))));

const STEPS: Readonly<Record<string, Step>> = {
  cancel: order((sendId) => ({ kind: 'cancel_send', arguments: { sendId } })),
  approve: order((sendId) => ({ kind: 'approve_send', arguments: { sendId } })),
  reject: order((sendId) => ({ kind: 'reject_send', arguments: { sendId } })),
  edit: order((sendId) => ({
    kind: 'edit_send',
    arguments: { sendId, message: { type: 'text', text: { body: 'Other' } } },
  })),
  'it left': order((sendId) => ({ kind: 'resolve_send', arguments: { sendId, verdict: 'it_left' } })),
  'it did not leave': order((sendId) => ({
    kind: 'resolve_send',
    arguments: { sendId, verdict: 'it_did_not_leave' },
  })),
  'take over': command({ kind: 'take_over', arguments: {} }),
  'hand back': command({ kind: 'hand_back', arguments: {} }),
  pause: command({ kind: 'pause', arguments: { forever: true } }),
  resume: command({ kind: 'resume', arguments: {} }),
  'deliver, accepted': deliver('accept'),
  'deliver, refused': deliver('refuse'),
  'deliver, cut': deliver('cut'),
  sent: report('sent'),
  failed: report('failed'),
  read: report('read'),
};

const ENDS: readonly SendStatus[] = ['refused', 'recalled', 'failed', 'unconfirmed'];

type Look = { readonly row: LedgerRow; readonly calls: number };

async function look(sendId: string): Promise<Look> {
  return { row: await ledger.row(sendId), calls: ledger.takenOf(sendId).length };
}

function wrongs(before: Look, after: Look): string[] {
  const isOver = before.row.status === 'recalled' || before.row.status === 'refused';
  return [
    ...(isOver && after.calls > before.calls ? ['left after its end'] : []),
    ...(after.calls > 1 ? ['left twice'] : []),
    ...(ENDS.includes(after.row.status) && after.row.reason_code === null ? ['no reason'] : []),
  ];
}

test('whatever is ordered, reported and delivered in whatever order: at most once, never after its end', async () => {
  const stories = fc.array(fc.constantFrom(...Object.keys(STEPS)), { minLength: 3, maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(stories, async (story) => {
      const scene = await ledger.scene();
      const ids = [
        await addSend(ledger.world, scene, { status: 'draft' }),
        await addSend(ledger.world, scene, { status: 'held' }),
        await ledger.write(scene),
      ];
      let before = await Promise.all(ids.map(look));
      for (const step of story) {
        await STEPS[step]?.(scene, ids);
        const after = await Promise.all(ids.map(look));
        expect(after.flatMap((one, index) => wrongs(before[index] ?? one, one))).toEqual([]);
        before = after;
      }
    }),
    { numRuns: 15, seed: 11, endOnFailure: true },
  );
});
