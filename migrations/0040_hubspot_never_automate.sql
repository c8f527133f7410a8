-- Contacts to whom automation must never write, as HubSpot says: known before they have written, and while HubSpot is away.

create table hubspot_never_automate (
  contact_id text primary key,
  merged_ids text[] not null default '{}',
  phones text[] not null default '{}',
  seen_at timestamptz not null default clock_timestamp()
);
comment on table hubspot_never_automate is 'Contacts that carry wa_never_automate; a row goes when the property is taken away.';
comment on column hubspot_never_automate.merged_ids is 'Contacts that became this one, under which a buyer may still be linked.';
comment on column hubspot_never_automate.phones is 'Digits without a plus, in every national form under which WhatsApp may report them.';
comment on column hubspot_never_automate.seen_at is 'When the contact itself was last seen with the property.';
create index hubspot_never_automate_phones on hubspot_never_automate using gin (phones);
create index hubspot_never_automate_merged on hubspot_never_automate using gin (merged_ids);

-- Their phones come with the first reading of the list.
insert into hubspot_never_automate (contact_id, seen_at)
  select contact_id, fetched_at from hubspot_contact where properties ->> 'wa_never_automate' = 'true';

create table hubspot_list (
  name text primary key,
  since timestamptz not null default now(),
  begun_at timestamptz not null,
  read_at timestamptz
);
comment on table hubspot_list is 'Lists that are read from HubSpot again and again, by one worker at a time.';
comment on column hubspot_list.begun_at is 'When a worker last began to read it.';
comment on column hubspot_list.read_at is 'When the reading began that last came to its end; null = none has.';

create function is_never_automated(identifiers text[], contacts text[]) returns boolean
  language sql stable
  return exists (select 1 from never_automate as entry
                  where entry.removed_at is null and entry.kind in ('wa_id', 'bsuid', 'parent_bsuid')
                    and (entry.value = any (identifiers) or entry.also && identifiers))
      or exists (select 1 from hubspot_never_automate as flagged
                  where flagged.contact_id = any (contacts) or flagged.merged_ids && contacts
                     or flagged.phones && identifiers);
comment on function is_never_automated is 'Whether people ordered that automation never writes to whom these identifiers and HubSpot contacts name: by the list of this product, or by the property of a contact.';
