-- What arrived, exactly as it arrived. Nothing in these tables is ever changed by a later understanding of it.

create table webhook_body (
  id bigint generated always as identity primary key,
  source text not null check (source in ('whatsapp')),
  received_at timestamptz not null default now(),
  sha256 bytea not null,
  body bytea not null,
  unique (source, sha256)
);
comment on table webhook_body is 'One row per distinct authentic request body, as received bytes.';

create table webhook_item (
  id bigint generated always as identity primary key,
  webhook_body_id bigint not null references webhook_body (id),
  dedupe_key text not null unique,
  kind text not null check (kind in ('message', 'status', 'echo', 'identity_change', 'unknown')),
  field text not null,
  pointer text not null,
  phone_number_id text,
  raw jsonb,
  captured_at timestamptz not null default now(),
  assigned_at timestamptz,
  attempts int not null default 0,
  error text
);
comment on table webhook_item is 'One row per message, status, echo, identity change or unknown item; dedupe_key is made of the provider''s ids.';
comment on column webhook_item.pointer is 'JSON pointer of the item inside webhook_body.body.';
comment on column webhook_item.raw is 'The item as JSON; null where Postgres cannot hold it (then error says why, and the bytes stand in webhook_body).';
comment on column webhook_item.assigned_at is 'When the item was turned into rows of the conversation; null = still to do.';
create index webhook_item_unassigned on webhook_item (captured_at) where assigned_at is null and error is null;
