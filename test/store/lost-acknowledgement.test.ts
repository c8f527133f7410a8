import type { PoolClient } from 'pg';
import { deliverSend } from '../../activities/whatsapp/deliver-send';
import type { TransactionalDatabase } from '../../platform/database';
import { addSend } from '../commands/world';
import { LedgerWorld } from './ledger-world';

let ledger: LedgerWorld;
beforeAll(async () => {
  ledger = await LedgerWorld.open();
});
afterAll(() => ledger.close());

/** The pool, but the acknowledgement of one commit is lost: whoever waited for it learns only that the line was cut. */
function losing(commit: number, meanwhile: () => Promise<void>): TransactionalDatabase {
  const { pool } = ledger.world;
  let commits = 0;
  const connect = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    const query = async (text: string, values?: unknown[]) => {
      const result = await client.query(text, values);
      if (text !== 'commit' || (commits += 1) !== commit) return result;
      await meanwhile();
      throw new Error('the connection was lost');
    };
    return new Proxy(client, {
      get: (target, name): unknown => {
        if (name === 'query') return query;
        return name === 'release' ? target.release.bind(target) : Reflect.get(target, name);
      },
    });
  };
  return new Proxy<TransactionalDatabase>(pool, {
    get: (target, name): unknown => (name === 'connect' ? connect : Reflect.get(target, name)),
  });
}

function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    opened,
    open: () => {
      open();
    },
  };
}

it('an outcome that is written once more leaves the next attempt alone', async () => {
  const { world, whatsapp } = ledger;
  const scene = await ledger.scene();
  const sendId = await addSend(world, scene, { status: 'planned' });
  const later: Promise<unknown>[] = [];
  const firstIsOver = gate();
  const secondIsCalled = gate();
  // The claim is the first commit, and what WhatsApp refused for now is written down by the second.
  const database = losing(2, async () => {
    await world.pool.query('update send set not_before = null where id = $1', [sendId]);
    whatsapp.fate = 'accept';
    whatsapp.meanwhile = async () => {
      secondIsCalled.open();
      await firstIsOver.opened;
      expect(await ledger.row(sendId)).toMatchObject({ status: 'claimed' });
    };
    later.push(ledger.deliver(sendId));
    await secondIsCalled.opened;
  });
  whatsapp.fate = 'refuse_for_now';
  await deliverSend({ database, whatsapp: whatsapp.client }, sendId);
  firstIsOver.open();
  expect(await Promise.all(later)).toMatchObject([{ status: 'accepted' }]);
  expect(ledger.takenOf(sendId)).toHaveLength(1);
});
