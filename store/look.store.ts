import type { Database } from '../platform/database';

/** Notes, inside the transaction that wrote something new, that the conversation's workflow must look. */
export async function requestLook(client: Database, conversationId: string): Promise<void> {
  await requestLooks(client, [conversationId]);
}

/** The same for several conversations, whose locks are held. */
export async function requestLooks(client: Database, conversationIds: readonly string[]): Promise<void> {
  await client.query(
    `update conversation
        set look_wanted = look_wanted + 1,
            look_wanted_at = case when look_given < look_wanted then look_wanted_at else clock_timestamp() end
      where id = any($1::uuid[])`,
    [conversationIds],
  );
}
