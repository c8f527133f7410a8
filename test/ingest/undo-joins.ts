import type { Pool } from 'pg';

/** Puts every remembered row back, the last change first. */
export async function undoJoins(pool: Pool): Promise<void> {
  await pool.query(`do $$
    declare
      step record;
    begin
      alter table episode drop constraint episode_conversation_id_ordinal_key;
      drop index conversation_living, episode_open, wait_open, turn_open;
      for step in select * from buyer_join_row where table_name not in ('crm_outbox') order by position desc loop
        execute format(
          'update %1$I as t set (%2$s) = (select %2$s from jsonb_populate_record(t, $1)) where t.id::text = $2',
          step.table_name, (select string_agg(quote_ident(key), ', ') from jsonb_object_keys(step.before) as key))
        using step.before, step.row_id;
      end loop;
      create unique index episode_open on episode (conversation_id) where closed_at is null;
      create unique index wait_open on wait (conversation_id) where ended_at is null;
      create unique index turn_open on turn (conversation_id) where status = 'open';
      create unique index conversation_living on conversation (phone_number_id, buyer_id) where merged_into is null;
      alter table episode add constraint episode_conversation_id_ordinal_key unique (conversation_id, ordinal);
    end $$`);
}
