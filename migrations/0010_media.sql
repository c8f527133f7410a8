-- Files that came with messages.

create table media (
  id uuid primary key default gen_random_uuid(),
  message_id uuid not null references message (id),
  whatsapp_media_id text,
  kind text not null check (kind in ('image', 'video', 'audio', 'document', 'sticker', 'unknown')),
  announced_mime_type text,
  announced_sha256 text,
  filename text,
  url text,
  announced_at timestamptz not null,
  status text not null check (status in ('pending', 'stored', 'failed')),
  reason_code text,
  attempts int not null default 0,
  due_at timestamptz not null,
  mime_type text,
  size_bytes bigint,
  storage_key text,
  settled_at timestamptz,
  created_at timestamptz not null default now(),
  check (status <> 'stored' or (mime_type is not null and size_bytes is not null and storage_key is not null)),
  check (status <> 'failed' or reason_code is not null)
);
comment on table media is 'Files that came with messages, one row each; fetched after their turn began, or by the sweep.';
comment on column media.whatsapp_media_id is 'Asks WhatsApp for a new link, for seven days after announced_at.';
comment on column media.url is 'The link that came with the message; it lives for five minutes.';
comment on column media.reason_code is 'Why the last try failed; of a pending file, which is tried again, too.';
comment on column media.due_at is 'When the sweep may take the file up: put off by every try, so that it holds the others away meanwhile.';
comment on column media.mime_type is 'Type in our own list under which the stored file is served.';
comment on column media.storage_key is 'Made of the sha256 of the content: the same file is stored once.';
create unique index media_once on media (message_id, coalesce(whatsapp_media_id, ''));
create index media_due on media (due_at) where status = 'pending';
