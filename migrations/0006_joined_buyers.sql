-- Buyers who proved to be one person, and what joining them changed, so that it can be undone.

alter table buyer
  add column joined_into uuid references buyer (id),
  add column display_name_at timestamptz;
comment on column buyer.joined_into is 'The buyer this one proved to be; set = nothing belongs to this row any more.';
comment on column buyer.display_name_at is 'Time of the message the name came with: the newest message names the buyer, in whatever order they arrive.';
create index buyer_joined_into on buyer (joined_into) where joined_into is not null;

create index buyer_identity_value on buyer_identity (kind, value);
comment on column buyer_identity.valid_to is 'When the identifier passed on by the provider''s time: what was sent before still belongs to this buyer.';

alter table conversation add column merged_into uuid references conversation (id);
comment on column conversation.merged_into is 'The older conversation that goes on in the place of this one.';
alter table conversation drop constraint conversation_phone_number_id_buyer_id_key;
create unique index conversation_living on conversation (phone_number_id, buyer_id) where merged_into is null;
create index conversation_merged_into on conversation (merged_into) where merged_into is not null;

alter table turn drop constraint turn_status_check;
alter table turn add constraint turn_status_check check (status in ('open', 'decided', 'parked', 'joined'));
comment on column turn.status is 'joined = its messages went over to the open turn of the conversation it was joined with.';

alter table decision drop constraint decision_kind_check;
alter table decision add constraint decision_kind_check
  check (kind in ('episode', 'route', 'follow_up', 'skip', 'stop', 'command', 'identity'));
alter table decision drop constraint decision_is_grounded;
alter table decision add constraint decision_is_grounded check (
  kind in ('episode', 'command', 'identity')
  or (identity_link_id is not null and context_snapshot_id is not null and policy_version_id is not null)
);

create table buyer_join (
  id bigint generated always as identity primary key,
  surviving_buyer_id uuid not null references buyer (id),
  joined_buyer_id uuid not null references buyer (id),
  webhook_item_id bigint references webhook_item (id),
  is_conflict boolean not null,
  joined_at timestamptz not null default now()
);
comment on table buyer_join is 'Every joining of two buyers, with the item that named both.';
comment on column buyer_join.is_conflict is 'Both were linked to different contacts: a person decides.';
create index buyer_join_surviving on buyer_join (surviving_buyer_id);
create index buyer_join_joined on buyer_join (joined_buyer_id);

create table buyer_join_row (
  buyer_join_id bigint not null references buyer_join (id),
  position int not null generated always as identity,
  table_name text not null,
  row_id text not null,
  before jsonb not null,
  primary key (buyer_join_id, position)
);
comment on table buyer_join_row is 'Rows that a joining changed, with the changed columns as they were; holds no words.';
