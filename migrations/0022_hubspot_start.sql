-- Orders to write first that people and workflows give in HubSpot, by a property of the contact.

create table hubspot_start (
  id bigint generated always as identity primary key,
  contact_id text not null,
  set_at timestamptz not null,
  set_by text,
  wanted text not null,
  properties jsonb not null,
  found_at timestamptz not null default now(),
  outcome text,
  conversation_id uuid references conversation (id),
  answered_at timestamptz,
  told_at timestamptz,
  told_tries integer not null default 0,
  unique (contact_id, set_at)
);
comment on table hubspot_start is 'One row for each setting of wa_start_template: it is carried out once, whatever is read again or how often.';
comment on column hubspot_start.set_at is 'When the property was set, as its history in HubSpot says.';
comment on column hubspot_start.set_by is 'The id of the user in HubSpot; null = something else set it, such as a workflow.';
comment on column hubspot_start.properties is 'What stood in the contact then: phones, opt-in, name.';
comment on column hubspot_start.outcome is 'What is written to wa_start_result; null = not carried out yet.';
comment on column hubspot_start.told_at is 'When HubSpot had the outcome.';
create index hubspot_start_open on hubspot_start (id) where outcome is null;
create index hubspot_start_untold on hubspot_start (id) where outcome is not null and told_at is null;

alter table hubspot_portal add column starts_read_at timestamptz;
comment on column hubspot_portal.starts_read_at is 'When a worker last looked for contacts to write to first.';
