import type { Database } from '../../platform/database';

/** Gives the owners and questions that a test has written into rows what such ones rest on: a deed of people, a question's time. */
export async function groundOwners(database: Database): Promise<void> {
  await database.query(
    `update conversation
        set ordered_owner = case when ordered_by then case when owner like 'agent:%' then owner else 'automation' end end,
            ordered_at = case when ordered_by then coalesce(owner_at, owner_since) end,
            phone_at = case when owner = 'phone' then coalesce(owner_at, owner_since) end, is_phone_back = false,
            owner_at = case when ordered_by or owner = 'phone' then coalesce(owner_at, owner_since) end,
            unassigned_at = case when owner = 'unassigned' then now() end,
            asked_at = case when needs_human then greatest(now(), owner_at) end,
            asked_reason = case when needs_human then reason_code end
       from (select id as this, owner like 'agent:%' or (owner <> 'phone' and owner_at is not null) as ordered_by
               from conversation) as one
      where this = id`,
  );
}
