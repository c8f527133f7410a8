-- Identifiers by the provider's time, usernames, joins that people undo, and where each log entry in HubSpot hangs.

alter table buyer_identity
  add column proven_from timestamptz,
  add column is_start_known boolean not null default false,
  add column seen_at timestamptz;
comment on column buyer_identity.valid_from is 'The earliest provider''s time at which an item showed the identifier with this buyer.';
comment on column buyer_identity.proven_from is 'The earliest time at which a number was shown together with a user id of the buyer: who had it when is judged by that.';
comment on column buyer_identity.is_start_known is 'The buyer took the identifier over at valid_from, as was reported: what was sent before is of somebody else.';
comment on column buyer_identity.seen_at is 'When a username was seen last; the one seen last is the current one. Null for the other kinds.';

alter table buyer_join
  add column undone_at timestamptz,
  add column link_id bigint references identity_link (id);
comment on column buyer_join.undone_at is 'When a person undid the join; from then on nothing joins these two again, a person is asked instead.';
comment on column buyer_join.link_id is 'The link that the surviving buyer took over from the joined one.';

alter table command
  alter column conversation_id drop not null,
  add column buyer_join_id bigint references buyer_join (id),
  add constraint command_has_object check (conversation_id is not null or buyer_join_id is not null);
comment on column command.buyer_join_id is 'The join that was undone; the conversation is then the one that had gone on, if there is one.';

alter table crm_record
  add column contact_id text,
  add column company_id text,
  add column deal_id text;
comment on column crm_record.contact_id is 'Contact, company and deal that a log entry hangs on, as written last; null = none, and always null for contacts.';
update crm_record
   set contact_id = link.contact_id, company_id = link.company_id, deal_id = link.deal_id
  from episode
  join conversation on conversation.id = episode.conversation_id
  join identity_link as link on link.buyer_id = conversation.buyer_id and link.ended_at is null
 where crm_record.object_kind = 'communication' and crm_record.object_key = episode.id::text;
