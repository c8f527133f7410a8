-- Contacts of the phone app, the account of a number, what Meta reports about accounts, and times that cannot be.

create table phone_app_contact (
  id bigint generated always as identity primary key,
  phone_number_id text not null,
  key text not null,
  identifiers text[] not null,
  full_name text,
  first_name text,
  is_removed boolean not null,
  occurred_at timestamptz not null,
  place int not null default 0,
  webhook_item_id bigint references webhook_item (id),
  unique (phone_number_id, key)
);
comment on table phone_app_contact is 'People as the phone app of a number knows them: the newest word on each. Makes no buyer and no conversation.';
comment on column phone_app_contact.key is 'Whom it is about: the phone in digits, else a user id.';
comment on column phone_app_contact.identifiers is 'Everything that may name the same person; the phone in all its national forms.';
comment on column phone_app_contact.place is 'Among changes of one moment: how often the contact had changed before in the same list.';
create index phone_app_contact_identifiers on phone_app_contact using gin (identifiers) where not is_removed;

create function phone_app_contact_of(buyer uuid) returns setof phone_app_contact
  language sql stable
begin atomic
  select contact.*
    from buyer_identity as identity
    join phone_app_contact as contact on contact.identifiers @> array[identity.value] and not contact.is_removed
   where identity.buyer_id = buyer and identity.kind <> 'username' and identity.valid_to is null
     and coalesce(contact.full_name, contact.first_name) is not null
   order by contact.key = identity.value desc, contact.occurred_at desc, contact.id
   limit 1;
end;
comment on function phone_app_contact_of is 'How the phone app calls a buyer, if it does: the exact number before another national form, then the newest.';

alter table number add column waba_id text;
comment on column number.waba_id is 'The account it belongs to, as webhooks told; null = not known yet.';

create index account_event_newest on account_event (field, occurred_at);

-- Reports about a template come in any order, each about one side of it.
alter table template add column status_at timestamptz, add column category_at timestamptz, add column quality_at timestamptz;
update template set status_at = reported_at, category_at = reported_at, quality_at = reported_at;
alter table template drop column reported_at;
comment on column template.status_at is 'Meta''s time of the newest report about the status; a reading that began before does not undo the report. The same of category and quality.';

alter table message add column doubt text check (doubt in ('time'));
comment on column message.doubt is 'time = the sender''s time cannot be, so the time of arrival stands in its place; body keeps what was given.';
alter table message_event add column doubt text check (doubt in ('time'));
