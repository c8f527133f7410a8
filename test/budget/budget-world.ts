import { claim } from '../../store/send-claim.store';
import { countClaim } from '../../store/budget.store';
import { inTransaction } from '../../platform/database';
import { monthOf } from '../../platform/months';
import { assignItems } from '../../api/ingest/assign';
import { captureBody } from '../../api/ingest/capture';
import { bodyOf, change } from '../ingest/bodies';
import { NUMBER_ID, addSend, createWorld } from '../commands/world';
import type { Scene, World } from '../commands/world';

/** Conversations in a real database whose sends are claimed, and statuses that come through the webhook's door. */
export class BudgetWorld {
  readonly world: World;

  private constructor(world: World) {
    this.world = world;
  }

  static async start(): Promise<BudgetWorld> {
    return new BudgetWorld(await createWorld());
  }

  stop(): Promise<void> {
    return this.world.end();
  }

  conversation(): Promise<Scene> {
    return this.world.conversation();
  }

  /** A send that was claimed just now. */
  async claimed(scene: Scene): Promise<string> {
    const sendId = await addSend(this.world, scene, { status: 'planned' });
    await inTransaction(this.world.pool, async (client) => {
      const claimedAtMs = await claim(client, sendId, 5_000);
      await countClaim(client, {
        sendId,
        phoneNumberId: NUMBER_ID,
        month: monthOf(claimedAtMs, 'UTC'),
        authorKind: 'automation',
        category: 'service',
      });
    });
    return sendId;
  }

  /** A status as Meta sends it. */
  async report({
    sendId,
    ...status
  }: {
    id: string;
    sendId: string;
    [part: string]: unknown;
  }): Promise<void> {
    const body = bodyOf(
      change({
        statuses: [
          {
            timestamp: String(Math.floor(Date.now() / 1_000)),
            biz_opaque_callback_data: sendId,
            ...(status['status'] === 'failed' && { errors: [{ code: 131026, title: 'Undeliverable' }] }),
            ...status,
          },
        ],
      }),
    );
    await assignItems(this.world.pool, await captureBody(this.world.pool, Buffer.from(JSON.stringify(body))));
  }

  async sums(): Promise<unknown[]> {
    const { rows } = await this.world.pool.query<Record<string, unknown>>(
      `select month, category, author_kind, sent::int, delivered::int, billable::int, free::int, free_entry::int
         from budget_month where sent > 0 order by month, category, author_kind`,
    );
    return rows;
  }

  /** The same, told by the ledger alone. */
  async truth(): Promise<unknown[]> {
    const { rows } = await this.world.pool.query<Record<string, unknown>>(
      `select to_char(claimed_at at time zone 'UTC', 'YYYY-MM') as month,
              coalesce(pricing ->> 'category', 'service') as category, 'automation' as author_kind, count(*)::int as sent,
              count(*) filter (where status in ('delivered', 'read', 'played'))::int as delivered,
              count(*) filter (where pricing ->> 'type' = 'regular')::int as billable,
              count(*) filter (where pricing ->> 'type' = 'free_customer_service')::int as free,
              count(*) filter (where pricing ->> 'type' = 'free_entry_point')::int as free_entry
         from send where status in ('claimed', 'unconfirmed', 'accepted', 'sent', 'delivered', 'read', 'played')
        group by 1, 2 order by 1, 2`,
    );
    return rows;
  }

  async forget(): Promise<void> {
    await this.world.pool.query('delete from budget_send; delete from budget_month');
  }
}
