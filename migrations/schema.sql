-- The schema as the migrations leave it, read from the catalogue. Written by "npm run schema"; never edited by hand,
-- never run: a test compares it with what the migrations make.

CREATE OR REPLACE FUNCTION public.buyer_of_call(call text)
 RETURNS uuid
 LANGUAGE sql
 STABLE
RETURN (SELECT holder.buyer_id FROM (buyer_call named CROSS JOIN LATERAL (SELECT identity.buyer_id FROM buyer_identity identity WHERE ((identity.kind = named.kind) AND (identity.value = named.value) AND ((identity.kind <> 'wa_id'::text) OR (((identity.valid_to IS NULL) OR (identity.valid_to >= named.began_at)) AND ((NOT identity.is_start_known) OR (identity.valid_from <= named.began_at))))) ORDER BY COALESCE((identity.valid_to < named.began_at), false), identity.valid_to LIMIT 1) holder) WHERE ((named.call_id = buyer_of_call.call) AND ((named.kind <> 'wa_id'::text) OR (NOT (EXISTS (SELECT 1 FROM (buyer_call beside JOIN buyer_identity theirs ON (((theirs.kind = beside.kind) AND (theirs.buyer_id = holder.buyer_id)))) WHERE ((beside.call_id = named.call_id) AND (beside.kind <> 'wa_id'::text))))))) ORDER BY (named.kind = 'wa_id'::text), (named.kind = 'parent_bsuid'::text), named.is_other_form, named.value LIMIT 1);
comment on function buyer_of_call(text) is 'Whose call it was, as far as is known: a user id names its buyer for good, a number whoever had it when the call began and has no other user id than the call names.';

CREATE OR REPLACE FUNCTION public.free_entry_ends_at(conversation uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
RETURN (WITH told AS (SELECT send.id, send.claimed_at, ((send.conversation ->> 'expires_at'::text))::timestamp with time zone AS ends_at FROM send WHERE ((send.conversation_id = free_entry_ends_at.conversation) AND ((send.conversation ->> 'origin_type'::text) = 'referral_conversion'::text) AND ((send.conversation ->> 'expires_at'::text) IS NOT NULL))), answered AS (SELECT answer.send_id, answer.sent_at, answer.origin_type FROM (message ad CROSS JOIN LATERAL (SELECT ours.send_id, ours.sent_at, (send.conversation ->> 'origin_type'::text) AS origin_type FROM (message ours LEFT JOIN send ON ((send.id = ours.send_id))) WHERE ((ours.conversation_id = ad.conversation_id) AND (ours.direction = 'outbound'::text) AND (NOT ours.is_imported) AND (ours.captured_at > ad.captured_at) AND (send.status IS DISTINCT FROM 'failed'::text)) ORDER BY ours.captured_at LIMIT 1) answer) WHERE ((ad.conversation_id = free_entry_ends_at.conversation) AND (ad.direction = 'inbound'::text) AND (NOT ad.is_imported) AND (ad.body ? 'referral'::text) AND (((ad.body #>> '{referral,source_type}'::text[]) = 'ad'::text) OR ((ad.body #>> '{referral,ctwa_clid}'::text[]) IS NOT NULL)) AND (answer.sent_at <= (ad.sent_at + '24:00:00'::interval))) ORDER BY ad.captured_at DESC LIMIT 1) SELECT GREATEST((SELECT max(told.ends_at) AS max FROM told), (SELECT (answered.sent_at + '72:00:00'::interval) FROM answered WHERE ((COALESCE(answered.origin_type, 'referral_conversion'::text) = 'referral_conversion'::text) AND (NOT (EXISTS (SELECT 1 FROM told WHERE ((told.id = answered.send_id) OR (told.claimed_at > answered.sent_at)))))))) AS "greatest");
comment on function free_entry_ends_at(uuid) is 'When the free entry window ends: what WhatsApp said of it in a status, else 72 h after our first answer to a message from an ad that did not fail.';

CREATE OR REPLACE FUNCTION public.is_never_automated(identifiers text[], contacts text[])
 RETURNS boolean
 LANGUAGE sql
 STABLE
RETURN ((EXISTS (SELECT 1 FROM never_automate entry WHERE ((entry.removed_at IS NULL) AND (entry.kind = ANY (ARRAY['wa_id'::text, 'bsuid'::text, 'parent_bsuid'::text])) AND ((entry.value = ANY (is_never_automated.identifiers)) OR (entry.also && is_never_automated.identifiers))))) OR (EXISTS (SELECT 1 FROM hubspot_never_automate flagged WHERE ((flagged.contact_id = ANY (is_never_automated.contacts)) OR (flagged.merged_ids && is_never_automated.contacts) OR (flagged.phones && is_never_automated.identifiers)))));
comment on function is_never_automated(text[],text[]) is 'Whether people ordered that automation never writes to whom these identifiers and HubSpot contacts name: by the list of this product, or by the property of a contact.';

CREATE OR REPLACE FUNCTION public.phone_app_contact_of(buyer uuid)
 RETURNS SETOF phone_app_contact
 LANGUAGE sql
 STABLE
BEGIN ATOMIC
 SELECT contact.id,
     contact.phone_number_id,
     contact.key,
     contact.identifiers,
     contact.full_name,
     contact.first_name,
     contact.is_removed,
     contact.occurred_at,
     contact.place,
     contact.webhook_item_id
    FROM (buyer_identity identity
      JOIN phone_app_contact contact ON (((contact.identifiers @> ARRAY[identity.value]) AND (NOT contact.is_removed))))
   WHERE ((identity.buyer_id = phone_app_contact_of.buyer) AND (identity.kind <> 'username'::text) AND (identity.valid_to IS NULL) AND (COALESCE(contact.full_name, contact.first_name) IS NOT NULL))
   ORDER BY (contact.key = identity.value) DESC, contact.occurred_at DESC, contact.id
  LIMIT 1;
END;
comment on function phone_app_contact_of(uuid) is 'How the phone app calls a buyer, if it does: the exact number before another national form, then the newest.';

CREATE OR REPLACE FUNCTION public.to_ms(moment timestamp with time zone)
 RETURNS double precision
 LANGUAGE sql
 IMMUTABLE STRICT
RETURN (LEAST((EXTRACT(epoch FROM moment) * (1000)::numeric), ('9007199254740991'::bigint)::numeric))::double precision;
comment on function to_ms(timestamp with time zone) is 'Unix milliseconds; infinity becomes the largest whole number that JSON carries safely.';

CREATE OR REPLACE FUNCTION public.window_closes_at(conversation uuid)
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE
RETURN GREATEST((SELECT (LEAST(message.sent_at, message.captured_at) + '24:00:00'::interval) FROM message WHERE ((message.conversation_id = window_closes_at.conversation) AND (message.direction = 'inbound'::text) AND (NOT message.is_imported)) ORDER BY message.sent_at DESC LIMIT 1), (SELECT (max(call.began_at) + '24:00:00'::interval) FROM ((conversation place JOIN buyer_identity identity ON ((identity.buyer_id = place.buyer_id))) JOIN buyer_call call ON (((call.phone_number_id = place.phone_number_id) AND (call.kind = identity.kind) AND (call.value = identity.value)))) WHERE ((place.id = window_closes_at.conversation) AND (buyer_of_call(call.call_id) = place.buyer_id))), free_entry_ends_at(conversation));
comment on function window_closes_at(uuid) is 'Until when free text may leave: 24 h after the buyer last wrote or called, or the end of free entry; null = no window ever opened.';

create table account_event (
  id bigint not null generated always as identity,
  field text not null,
  waba_id text,
  number text,
  event text not null,
  severity text not null,
  occurred_at timestamp with time zone not null,
  raw jsonb not null,
  webhook_item_id bigint,
  told_at timestamp with time zone,
  constraint account_event_pkey PRIMARY KEY (id),
  constraint account_event_webhook_item_id_key UNIQUE (webhook_item_id),
  constraint account_event_webhook_item_id_fkey FOREIGN KEY (webhook_item_id) REFERENCES webhook_item(id),
  constraint account_event_severity_check CHECK ((severity = ANY (ARRAY['info'::text, 'warning'::text, 'critical'::text])))
);
CREATE INDEX account_event_field ON public.account_event USING btree (field, id);
CREATE INDEX account_event_newest ON public.account_event USING btree (field, occurred_at);
CREATE INDEX account_event_untold ON public.account_event USING btree (id) WHERE ((told_at IS NULL) AND (severity <> 'info'::text));
comment on table account_event is 'What Meta reports about the account, its numbers and its templates.';
comment on column account_event.field is 'The field of the webhook; ''sends'' = told by an answer or a status of a send of ours.';
comment on column account_event.number is 'Id or display number, as the report names it.';
comment on column account_event.told_at is 'When a warning stood in the log; null = not yet, or it is none.';

create table api_token (
  id uuid not null default gen_random_uuid(),
  name text not null,
  prefix text not null,
  hash bytea not null,
  scope text not null,
  agent text,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  revoked_by text,
  last_used_at timestamp with time zone,
  constraint api_token_pkey PRIMARY KEY (id),
  constraint api_token_hash_key UNIQUE (hash),
  constraint api_token_hash_check CHECK ((octet_length(hash) = 32)),
  constraint api_token_revoked CHECK (((revoked_at IS NULL) = (revoked_by IS NULL))),
  constraint api_token_scope_check CHECK ((scope = ANY (ARRAY['read'::text, 'agent'::text, 'supervisor'::text, 'admin'::text])))
);
comment on table api_token is 'Who may use the API, and for what. The token itself is shown once and kept nowhere.';
comment on column api_token.prefix is 'The beginning of the token, so that people recognise it.';
comment on column api_token.hash is 'SHA-256 of the token, which is random enough to need no slower hash.';
comment on column api_token.agent is 'The person whose token it is; what is ordered with it stands under this name, else under the name of the token.';
comment on column api_token.last_used_at is 'To the minute.';

create table api_token_use (
  token text not null,
  requests integer not null,
  window_ends_at timestamp with time zone not null,
  constraint api_token_use_pkey PRIMARY KEY (token),
  constraint api_token_use_requests_check CHECK ((requests > 0))
);
comment on table api_token_use is 'Requests of each token in its window. Unlogged: a crash of Postgres may empty it, which opens the windows anew.';
comment on column api_token_use.token is 'The id of a token, or settings:<agent> for one of the settings.';

create table budget_month (
  phone_number_id text not null,
  month text not null,
  category text not null,
  author_kind text not null,
  sent bigint not null default 0,
  delivered bigint not null default 0,
  billable bigint not null default 0,
  free bigint not null default 0,
  free_entry bigint not null default 0,
  constraint budget_month_pkey PRIMARY KEY (phone_number_id, month, category, author_kind)
);
comment on table budget_month is 'Messages that left or may have left, by number, month, category and who ordered them: the sums of budget_send. The last lock of all.';

create table budget_send (
  send_id uuid not null,
  phone_number_id text not null,
  month text not null,
  author_kind text not null,
  category text not null,
  pricing text not null,
  is_counted boolean not null,
  is_delivered boolean not null,
  constraint budget_send_pkey PRIMARY KEY (send_id),
  constraint budget_send_send_id_fkey FOREIGN KEY (send_id) REFERENCES send(id),
  constraint budget_send_author_kind_check CHECK ((author_kind = ANY (ARRAY['automation'::text, 'people'::text]))),
  constraint budget_send_month_check CHECK ((month ~ '^\d{4}-\d{2}$'::text)),
  constraint budget_send_pricing_check CHECK ((pricing = ANY (ARRAY['unknown'::text, 'billable'::text, 'free'::text, 'free_entry'::text])))
);
comment on table budget_send is 'How each claimed send stands in budget_month.';
comment on column budget_send.month is 'Of the claim, in the time zone of the policy''s budget.';
comment on column budget_send.pricing is 'What WhatsApp said: free = within the allowance of the month, free_entry = within 72 h of an ad.';
comment on column budget_send.is_counted is 'False = it certainly did not leave.';

create table buyer (
  id uuid not null default gen_random_uuid(),
  display_name text,
  opted_out_at timestamp with time zone,
  opted_out_reason text,
  late_replies double precision not null default 0,
  expected_late_replies double precision not null default 0,
  created_at timestamp with time zone not null default now(),
  joined_into uuid,
  display_name_at timestamp with time zone,
  unreachable_at timestamp with time zone,
  unreachable_until timestamp with time zone,
  unreachable_reason text,
  constraint buyer_pkey PRIMARY KEY (id),
  constraint buyer_joined_into_fkey FOREIGN KEY (joined_into) REFERENCES buyer(id),
  constraint buyer_expected_late_replies_check CHECK ((expected_late_replies >= (0)::double precision)),
  constraint buyer_late_replies_check CHECK ((late_replies >= (0)::double precision))
);
CREATE INDEX buyer_joined_into ON public.buyer USING btree (joined_into) WHERE (joined_into IS NOT NULL);
CREATE INDEX buyer_newest ON public.buyer USING btree (created_at DESC, id);
comment on column buyer.late_replies is 'D: replies that came later than half an hour.';
comment on column buyer.expected_late_replies is 'E: late replies an average buyer would have given in the same waiting time.';
comment on column buyer.joined_into is 'The buyer this one proved to be; set = nothing belongs to this row any more.';
comment on column buyer.display_name_at is 'Time of the message the name came with: the newest message names the buyer, in whatever order they arrive.';
comment on column buyer.unreachable_at is 'WhatsApp cannot deliver to this buyer; automation writes again after a later message of theirs.';
comment on column buyer.unreachable_until is 'Automation may write again from then on in any case; null = only after a message of theirs.';

create table buyer_call (
  call_id text not null,
  phone_number_id text not null,
  kind text not null,
  value text not null,
  began_at timestamp with time zone not null,
  webhook_item_id bigint,
  is_other_form boolean not null default false,
  constraint buyer_call_pkey PRIMARY KEY (call_id, kind, value),
  constraint buyer_call_webhook_item_id_fkey FOREIGN KEY (webhook_item_id) REFERENCES webhook_item(id),
  constraint buyer_call_kind_check CHECK ((kind = ANY (ARRAY['wa_id'::text, 'bsuid'::text, 'parent_bsuid'::text])))
);
CREATE INDEX buyer_call_caller ON public.buyer_call USING btree (phone_number_id, kind, value, began_at);
comment on table buyer_call is 'Calls by which buyers turned to us, under each identifier that names the caller: they open the window, and nothing else follows.';
comment on column buyer_call.call_id is 'WhatsApp''s id of the call.';
comment on column buyer_call.is_other_form is 'The number as it is written in another national form than the call names: it counts where nobody has it as it was written.';

create table buyer_identity (
  id bigint not null generated always as identity,
  buyer_id uuid not null,
  kind text not null,
  value text not null,
  valid_from timestamp with time zone not null default now(),
  valid_to timestamp with time zone,
  proven_from timestamp with time zone,
  is_start_known boolean not null default false,
  seen_at timestamp with time zone,
  constraint buyer_identity_pkey PRIMARY KEY (id),
  constraint buyer_identity_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES buyer(id),
  constraint buyer_identity_kind_check CHECK ((kind = ANY (ARRAY['wa_id'::text, 'bsuid'::text, 'parent_bsuid'::text, 'username'::text])))
);
CREATE INDEX buyer_identity_buyer ON public.buyer_identity USING btree (buyer_id);
CREATE UNIQUE INDEX buyer_identity_current ON public.buyer_identity USING btree (kind, value) WHERE ((valid_to IS NULL) AND (kind <> 'username'::text));
CREATE INDEX buyer_identity_value ON public.buyer_identity USING btree (kind, value);
comment on column buyer_identity.valid_from is 'The earliest provider''s time at which an item showed the identifier with this buyer.';
comment on column buyer_identity.valid_to is 'When the identifier passed on by the provider''s time: what was sent before still belongs to this buyer.';
comment on column buyer_identity.proven_from is 'The earliest time at which a number was shown together with a user id of the buyer: who had it when is judged by that.';
comment on column buyer_identity.is_start_known is 'The buyer took the identifier over at valid_from, as was reported: what was sent before is of somebody else.';
comment on column buyer_identity.seen_at is 'When a username was seen last; the one seen last is the current one. Null for the other kinds.';

create table buyer_join (
  id bigint not null generated always as identity,
  surviving_buyer_id uuid not null,
  joined_buyer_id uuid not null,
  webhook_item_id bigint,
  is_conflict boolean not null,
  joined_at timestamp with time zone not null default now(),
  undone_at timestamp with time zone,
  link_id bigint,
  locked_at timestamp with time zone,
  constraint buyer_join_pkey PRIMARY KEY (id),
  constraint buyer_join_joined_buyer_id_fkey FOREIGN KEY (joined_buyer_id) REFERENCES buyer(id),
  constraint buyer_join_link_id_fkey FOREIGN KEY (link_id) REFERENCES identity_link(id),
  constraint buyer_join_surviving_buyer_id_fkey FOREIGN KEY (surviving_buyer_id) REFERENCES buyer(id),
  constraint buyer_join_webhook_item_id_fkey FOREIGN KEY (webhook_item_id) REFERENCES webhook_item(id)
);
CREATE INDEX buyer_join_joined ON public.buyer_join USING btree (joined_buyer_id);
CREATE INDEX buyer_join_surviving ON public.buyer_join USING btree (surviving_buyer_id);
comment on table buyer_join is 'Every joining of two buyers, with the item that named both.';
comment on column buyer_join.is_conflict is 'Both were linked to different contacts: a person decides.';
comment on column buyer_join.undone_at is 'When a person undid the join; from then on nothing joins these two again, a person is asked instead.';
comment on column buyer_join.link_id is 'The link that the surviving buyer took over from the joined one.';
comment on column buyer_join.locked_at is 'When the locks of both buyers were held: items that were assigned later came after the join. Null = joined by an earlier version.';

create table buyer_join_row (
  buyer_join_id bigint not null,
  position integer not null generated always as identity,
  table_name text not null,
  row_id text not null,
  before jsonb not null,
  constraint buyer_join_row_pkey PRIMARY KEY (buyer_join_id, "position"),
  constraint buyer_join_row_buyer_join_id_fkey FOREIGN KEY (buyer_join_id) REFERENCES buyer_join(id)
);
comment on table buyer_join_row is 'Rows that a joining changed, with the changed columns as they were, and, under "… as joined", as it made them; holds no words.';

create table channel (
  scope text not null,
  next_slot_at timestamp with time zone,
  not_before timestamp with time zone,
  backoff_level integer not null default 0,
  backed_off_at timestamp with time zone,
  backoff_reason text,
  stopped_at timestamp with time zone,
  stopped_reason text,
  stopped_error jsonb,
  resumed_at timestamp with time zone,
  constraint channel_pkey PRIMARY KEY (scope),
  constraint channel_backoff_level_check CHECK ((backoff_level >= 0)),
  constraint channel_check CHECK (((stopped_at IS NULL) = (stopped_reason IS NULL)))
);
comment on table channel is 'What messages leave through: one number, or the app with all of them. Written at every send, so apart from number.';
comment on column channel.scope is '''app'' or a phone_number_id; a number without a row has nothing that holds it back.';
comment on column channel.next_slot_at is 'The next place in the pace of the number that nobody has.';
comment on column channel.backoff_level is 'Refusals for too many calls since the last message that WhatsApp took.';
comment on column channel.stopped_at is 'Set = nothing leaves; what is planned stays planned until a person resumes.';

create table channel_change (
  id bigint not null generated always as identity,
  scope text not null,
  kind text not null,
  actor text not null,
  reason_code text,
  reason text,
  error jsonb,
  created_at timestamp with time zone not null default now(),
  constraint channel_change_pkey PRIMARY KEY (id),
  constraint channel_change_kind_check CHECK ((kind = ANY (ARRAY['stopped'::text, 'resumed'::text])))
);
CREATE INDEX channel_change_scope ON public.channel_change USING btree (scope, id);
comment on table channel_change is 'Audit log of channels: what stopped them, and who let them go on.';
comment on column channel_change.reason is 'Why, in the words of the person who resumed.';

create table command (
  id uuid not null default gen_random_uuid(),
  conversation_id uuid,
  kind text not null,
  actor text not null,
  is_verified boolean not null,
  idempotency_key text not null,
  arguments jsonb not null,
  reason text,
  outcome text not null,
  answer jsonb not null,
  created_at timestamp with time zone not null default now(),
  buyer_join_id bigint,
  target_kind text,
  target_id text,
  constraint command_pkey PRIMARY KEY (id),
  constraint command_idempotency_key_key UNIQUE (idempotency_key),
  constraint command_buyer_join_id_fkey FOREIGN KEY (buyer_join_id) REFERENCES buyer_join(id),
  constraint command_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint command_has_object CHECK (((outcome = 'refused'::text) OR (conversation_id IS NOT NULL) OR (buyer_join_id IS NOT NULL) OR (target_kind IS NOT NULL))),
  constraint command_outcome_check CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text]))),
  constraint command_target CHECK (((target_kind IS NULL) = (target_id IS NULL)))
);
CREATE INDEX command_about_conversation ON public.command USING btree (target_id, created_at DESC, id) WHERE (target_kind = 'conversation'::text);
CREATE INDEX command_by_actor ON public.command USING btree (actor, created_at DESC, id);
CREATE INDEX command_conversation ON public.command USING btree (conversation_id, created_at);
CREATE INDEX command_newest ON public.command USING btree (created_at DESC, id);
comment on column command.is_verified is 'False when the sender could not be authenticated (a signal from the Temporal UI or CLI).';
comment on column command.idempotency_key is 'Made of the actor and the key the caller gave; without one, a key of the request.';
comment on column command.buyer_join_id is 'The join that was undone; the conversation is then the one that had gone on, if there is one.';
comment on column command.target_kind is 'What an order names: number, kill_switch, never_automate, webhook_item, token, webhook_subscription, buyer_join; of a refused one also conversation and send. Null = a refused order that would have made something.';

create table consent (
  id bigint not null generated always as identity,
  key text not null,
  buyer_id uuid not null,
  value text not null,
  source text not null,
  reason_code text not null,
  occurred_at timestamp with time zone not null,
  recorded_at timestamp with time zone not null default now(),
  message_id uuid,
  webhook_item_id bigint,
  send_id uuid,
  decision_id bigint,
  raw jsonb,
  details jsonb,
  constraint consent_pkey PRIMARY KEY (id),
  constraint consent_key_key UNIQUE (key),
  constraint consent_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES buyer(id),
  constraint consent_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decision(id),
  constraint consent_message_id_fkey FOREIGN KEY (message_id) REFERENCES message(id),
  constraint consent_send_id_fkey FOREIGN KEY (send_id) REFERENCES send(id),
  constraint consent_webhook_item_id_fkey FOREIGN KEY (webhook_item_id) REFERENCES webhook_item(id),
  constraint consent_has_evidence CHECK (
CASE source
    WHEN 'message'::text THEN (message_id IS NOT NULL)
    WHEN 'preference'::text THEN (webhook_item_id IS NOT NULL)
    WHEN 'send_error'::text THEN (send_id IS NOT NULL)
    WHEN 'command'::text THEN (decision_id IS NOT NULL)
    ELSE true
END),
  constraint consent_source_check CHECK ((source = ANY (ARRAY['message'::text, 'preference'::text, 'send_error'::text, 'command'::text, 'earlier'::text])))
);
CREATE INDEX consent_buyer ON public.consent USING btree (buyer_id, occurred_at);
CREATE INDEX consent_item ON public.consent USING btree (webhook_item_id) WHERE (webhook_item_id IS NOT NULL);
CREATE INDEX consent_message ON public.consent USING btree (message_id) WHERE (message_id IS NOT NULL);
comment on table consent is 'Every wish of a buyer to be written to or not, with its evidence. The newest wish holds; nothing is ever deleted.';
comment on column consent.key is 'Made of the evidence: the same evidence is noted once.';
comment on column consent.value is 'stop = no more messages · resume, signup = messages are welcome · opt_in = a person recorded an opt-in: it ends no stop; whatever else WhatsApp reports is kept.';
comment on column consent.details is 'How and when a person was told, in the words of whoever recorded it.';

create table context_snapshot (
  id bigint not null generated always as identity,
  key text not null,
  conversation_id uuid not null,
  identity_link_id bigint,
  facts jsonb not null,
  facts_age_seconds integer,
  is_stale boolean not null default false,
  created_at timestamp with time zone not null default now(),
  constraint context_snapshot_pkey PRIMARY KEY (id),
  constraint context_snapshot_key_key UNIQUE (key),
  constraint context_snapshot_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint context_snapshot_identity_link_id_fkey FOREIGN KEY (identity_link_id) REFERENCES identity_link(id)
);
CREATE INDEX context_snapshot_conversation ON public.context_snapshot USING btree (conversation_id, id);
comment on column context_snapshot.facts_age_seconds is 'Age of the HubSpot facts used; null = none were known.';

create table conversation (
  id uuid not null default gen_random_uuid(),
  phone_number_id text not null,
  buyer_id uuid not null,
  owner text not null default 'automation'::text,
  owner_since timestamp with time zone not null default now(),
  paused_until timestamp with time zone,
  epoch bigint not null default 0,
  route_override text,
  follow_up_rule jsonb,
  needs_human boolean not null default false,
  reason_code text,
  next_action_kind text,
  next_action_at timestamp with time zone,
  look_wanted bigint not null default 0,
  look_given bigint not null default 0,
  look_wanted_at timestamp with time zone,
  look_lease_until timestamp with time zone,
  last_activity_at timestamp with time zone not null default now(),
  created_at timestamp with time zone not null default now(),
  merged_into uuid,
  history_waits_due_at timestamp with time zone,
  owner_at timestamp with time zone,
  phone_agent text,
  recipient_not_before timestamp with time zone,
  recipient_backoff_level integer not null default 0,
  pair_borrowed_until timestamp with time zone,
  ordered_owner text,
  ordered_at timestamp with time zone,
  phone_at timestamp with time zone,
  is_phone_back boolean not null default false,
  unassigned_at timestamp with time zone,
  asked_at timestamp with time zone,
  asked_reason text,
  constraint conversation_pkey PRIMARY KEY (id),
  constraint conversation_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES buyer(id),
  constraint conversation_merged_into_fkey FOREIGN KEY (merged_into) REFERENCES conversation(id),
  constraint conversation_phone_number_id_fkey FOREIGN KEY (phone_number_id) REFERENCES number(phone_number_id),
  constraint conversation_ordered_check CHECK (((ordered_owner IS NULL) = (ordered_at IS NULL))),
  constraint conversation_owner_check CHECK (((owner = ANY (ARRAY['automation'::text, 'phone'::text, 'meta'::text, 'unassigned'::text])) OR (owner ~ '^agent:.+'::text))),
  constraint conversation_recipient_backoff_level_check CHECK ((recipient_backoff_level >= 0)),
  constraint conversation_route_override_check CHECK ((route_override = ANY (ARRAY['automation'::text, 'human'::text])))
);
CREATE INDEX conversation_buyer ON public.conversation USING btree (buyer_id);
CREATE INDEX conversation_history_waits_due ON public.conversation USING btree (history_waits_due_at) WHERE (history_waits_due_at IS NOT NULL);
CREATE UNIQUE INDEX conversation_living ON public.conversation USING btree (phone_number_id, buyer_id) WHERE (merged_into IS NULL);
CREATE INDEX conversation_merged_into ON public.conversation USING btree (merged_into) WHERE (merged_into IS NOT NULL);
CREATE INDEX conversation_next_action ON public.conversation USING btree (next_action_at) WHERE (next_action_at IS NOT NULL);
CREATE INDEX conversation_not_handed_over ON public.conversation USING btree (look_wanted_at) WHERE (look_given < look_wanted);
CREATE INDEX conversation_recent ON public.conversation USING btree (last_activity_at DESC, id);
comment on column conversation.paused_until is 'infinity = paused for good.';
comment on column conversation.epoch is 'Grows with every change of owner or pause; a prepared send carries the epoch it was prepared under.';
comment on column conversation.look_wanted is 'How often something new was written for this conversation; look_given = up to which count its workflow was told.';
comment on column conversation.merged_into is 'The older conversation that goes on in the place of this one.';
comment on column conversation.history_waits_due_at is 'When the waits of imported history are to be counted (again); null = all of them are counted.';
comment on column conversation.owner_at is 'The newest of ordered_at and phone_at: an older report that arrives later does not change the owner.';
comment on column conversation.phone_agent is 'The agent whom the policy names for the phone app of this number, while the owner is phone; null = unknown.';
comment on column conversation.recipient_not_before is 'Nothing leaves to this buyer through this number before.';
comment on column conversation.pair_borrowed_until is 'When the allowance of number and buyer that was used up will have grown back.';
comment on column conversation.ordered_owner is 'Whom the newest order of people gave the conversation to, by their orders alone: an agent, automation, or phone where they left it there; null = nobody ordered anything about it.';
comment on column conversation.ordered_at is 'Time of that order.';
comment on column conversation.phone_at is 'Time of the newest thing that people did on the phone app, by the clock of WhatsApp.';
comment on column conversation.is_phone_back is 'That was the word by which they give the conversation back.';
comment on column conversation.unassigned_at is 'Of what the conversation waits for a person whom nobody is yet, by the clock of what is to be answered; what people do on the phone app later answers it, an order ends it.';
comment on column conversation.asked_at is 'Of what a person is asked, by the same clock; needs_human tells whether it is still open.';
comment on column conversation.asked_reason is 'Why a person is asked, to be told again when the answer proves to be none.';

create table crm_outbox (
  id bigint not null generated always as identity,
  object_kind text not null,
  object_key text not null,
  conversation_id uuid not null,
  decision_id bigint not null,
  not_before timestamp with time zone not null default now(),
  attempts integer not null default 0,
  created_at timestamp with time zone not null default now(),
  done_at timestamp with time zone,
  error_code text,
  dead_at timestamp with time zone,
  constraint crm_outbox_pkey PRIMARY KEY (id),
  constraint crm_outbox_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint crm_outbox_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decision(id),
  constraint crm_outbox_object_kind_check CHECK ((object_kind = ANY (ARRAY['identity'::text, 'contact'::text, 'communication'::text])))
);
CREATE INDEX crm_outbox_dead ON public.crm_outbox USING btree (dead_at) WHERE (dead_at IS NOT NULL);
CREATE INDEX crm_outbox_object ON public.crm_outbox USING btree (object_kind, object_key) WHERE ((done_at IS NULL) AND (dead_at IS NULL));
CREATE INDEX crm_outbox_waiting ON public.crm_outbox USING btree (not_before, id) WHERE ((done_at IS NULL) AND (dead_at IS NULL));
comment on table crm_outbox is 'What is to be mirrored, written with the fact it mirrors. The content is rendered when sent, so that only the newest state travels.';
comment on column crm_outbox.object_key is 'Buyer id for identity and contact, episode id for communication.';

create table crm_record (
  object_kind text not null,
  object_key text not null,
  part integer not null default 1,
  hubspot_id text not null,
  content_sha256 text,
  synced_at timestamp with time zone not null default now(),
  contact_id text,
  company_id text,
  deal_id text,
  constraint crm_record_pkey PRIMARY KEY (object_kind, object_key, part),
  constraint crm_record_object_kind_check CHECK ((object_kind = ANY (ARRAY['contact'::text, 'communication'::text])))
);
comment on column crm_record.content_sha256 is 'Of what was written last; the same content is not written again.';
comment on column crm_record.contact_id is 'Contact, company and deal that a log entry hangs on, as written last; null = none, and always null for contacts.';

create table decision (
  id bigint not null generated always as identity,
  key text not null,
  conversation_id uuid not null,
  episode_id uuid,
  turn_id uuid,
  kind text not null,
  verdict text not null,
  reason_code text not null,
  reasons jsonb not null,
  inputs jsonb not null,
  runner_up jsonb,
  flip text,
  rule_name text,
  details jsonb not null default '{}'::jsonb,
  parameter_version text not null,
  policy_version_id bigint,
  identity_link_id bigint,
  context_snapshot_id bigint,
  decided_at timestamp with time zone not null default now(),
  constraint decision_pkey PRIMARY KEY (id),
  constraint decision_key_key UNIQUE (key),
  constraint decision_context_snapshot_id_fkey FOREIGN KEY (context_snapshot_id) REFERENCES context_snapshot(id),
  constraint decision_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint decision_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES episode(id),
  constraint decision_identity_link_id_fkey FOREIGN KEY (identity_link_id) REFERENCES identity_link(id),
  constraint decision_policy_version_id_fkey FOREIGN KEY (policy_version_id) REFERENCES policy_version(id),
  constraint decision_turn_id_fkey FOREIGN KEY (turn_id) REFERENCES turn(id),
  constraint decision_is_grounded CHECK (((kind = ANY (ARRAY['episode'::text, 'command'::text, 'identity'::text])) OR ((identity_link_id IS NOT NULL) AND (context_snapshot_id IS NOT NULL) AND ((policy_version_id IS NOT NULL) OR (kind = 'owner'::text))))),
  constraint decision_kind_check CHECK ((kind = ANY (ARRAY['episode'::text, 'route'::text, 'follow_up'::text, 'skip'::text, 'stop'::text, 'command'::text, 'identity'::text, 'owner'::text])))
);
CREATE INDEX decision_conversation ON public.decision USING btree (conversation_id, id);
CREATE INDEX decision_to_human ON public.decision USING btree (decided_at) WHERE ((kind = 'route'::text) AND (verdict = 'human'::text));
comment on column decision.key is 'Made of facts (kind, message id, attempt): the first stored verdict wins.';
comment on column decision.details is 'What the verdict orders beside its kind: urgency, time to respond, attempt, due time.';

create table episode (
  id uuid not null default gen_random_uuid(),
  conversation_id uuid not null,
  ordinal integer not null,
  opened_at timestamp with time zone not null,
  last_activity_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  close_reason text,
  first_inbound_at timestamp with time zone,
  first_response_at timestamp with time zone,
  outcome text,
  constraint episode_pkey PRIMARY KEY (id),
  constraint episode_conversation_id_ordinal_key UNIQUE (conversation_id, ordinal),
  constraint episode_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id)
);
CREATE UNIQUE INDEX episode_open ON public.episode USING btree (conversation_id) WHERE (closed_at IS NULL);

create table event_delivery (
  subscription_id uuid not null,
  event_id bigint not null,
  conversation_id uuid,
  status text not null default 'pending'::text,
  queued_at timestamp with time zone not null default now(),
  not_before timestamp with time zone not null default now(),
  lease_until timestamp with time zone,
  attempts integer not null default 0,
  attempted_at timestamp with time zone,
  response_status integer,
  error_code text,
  settled_at timestamp with time zone,
  constraint event_delivery_pkey PRIMARY KEY (subscription_id, event_id),
  constraint event_delivery_event_id_fkey FOREIGN KEY (event_id) REFERENCES event_outbox(id) ON DELETE CASCADE,
  constraint event_delivery_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES webhook_subscription(id),
  constraint event_delivery_attempts_check CHECK ((attempts >= 0)),
  constraint event_delivery_settled CHECK (((settled_at IS NULL) = (status = 'pending'::text))),
  constraint event_delivery_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'dead'::text])))
);
CREATE INDEX event_delivery_due ON public.event_delivery USING btree (subscription_id, not_before, event_id) WHERE (status = 'pending'::text);
CREATE INDEX event_delivery_event ON public.event_delivery USING btree (event_id);
CREATE INDEX event_delivery_lane ON public.event_delivery USING btree (subscription_id, conversation_id, event_id) WHERE (status = 'pending'::text);
comment on table event_delivery is 'One event for one subscription. The pending ones of one conversation go in the order of their events, the first alone.';
comment on column event_delivery.queued_at is 'When it was to be told, or told again by a replay: its age counts from then.';
comment on column event_delivery.lease_until is 'Until then an attempt is under way; a later time finds it again after a crash.';
comment on column event_delivery.attempts is 'Raised when an attempt begins, so that only the newest one settles the row.';

create table event_outbox (
  id bigint not null generated always as identity,
  event_id uuid not null default gen_random_uuid(),
  key text,
  kind text not null,
  conversation_id uuid,
  occurred_at timestamp with time zone not null default now(),
  facts jsonb not null,
  constraint event_outbox_pkey PRIMARY KEY (id),
  constraint event_outbox_event_id_key UNIQUE (event_id),
  constraint event_outbox_key_key UNIQUE (key),
  constraint event_outbox_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id)
);
CREATE INDEX event_outbox_occurred ON public.event_outbox USING btree (occurred_at, id);
comment on table event_outbox is 'What happened, written with the fact it tells, and only where a subscription wants it. In one conversation ids grow in the order in which it happened.';
comment on column event_outbox.event_id is 'The webhook-id: the same in every attempt, for every subscription.';
comment on column event_outbox.key is 'Made of facts where the same one may be written twice: it is told once.';
comment on column event_outbox.conversation_id is 'Null = about the subscription itself.';
comment on column event_outbox.facts is 'Ids, times and codes. Words, names and phones are read when the body is made.';

create table follow_up (
  id uuid not null default gen_random_uuid(),
  conversation_id uuid not null,
  episode_id uuid not null,
  after_message_id uuid not null,
  attempt integer not null,
  status text not null,
  due_at timestamp with time zone,
  reason_code text not null,
  plan_decision_id bigint not null,
  due_decision_id bigint,
  send_id uuid,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  constraint follow_up_pkey PRIMARY KEY (id),
  constraint follow_up_after_message_id_attempt_key UNIQUE (after_message_id, attempt),
  constraint follow_up_after_message_id_fkey FOREIGN KEY (after_message_id) REFERENCES message(id),
  constraint follow_up_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint follow_up_due_decision_id_fkey FOREIGN KEY (due_decision_id) REFERENCES decision(id),
  constraint follow_up_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES episode(id),
  constraint follow_up_plan_decision_id_fkey FOREIGN KEY (plan_decision_id) REFERENCES decision(id),
  constraint follow_up_send_id_fkey FOREIGN KEY (send_id) REFERENCES send(id),
  constraint follow_up_attempt_check CHECK ((attempt >= 1)),
  constraint follow_up_status_check CHECK ((status = ANY (ARRAY['planned'::text, 'sent'::text, 'skipped'::text, 'ended'::text])))
);
CREATE INDEX follow_up_conversation ON public.follow_up USING btree (conversation_id, created_at);
CREATE INDEX follow_up_planned ON public.follow_up USING btree (due_at) WHERE (status = 'planned'::text);

create table hubspot_contact (
  contact_id text not null,
  properties jsonb not null,
  company jsonb,
  deals jsonb not null default '[]'::jsonb,
  fetched_at timestamp with time zone not null default now(),
  constraint hubspot_contact_pkey PRIMARY KEY (contact_id)
);
comment on table hubspot_contact is 'Last known facts of a contact; used, marked stale with their age, while HubSpot is away.';

create table hubspot_list (
  name text not null,
  since timestamp with time zone not null default now(),
  begun_at timestamp with time zone not null,
  read_at timestamp with time zone,
  constraint hubspot_list_pkey PRIMARY KEY (name)
);
comment on table hubspot_list is 'Lists that are read from HubSpot again and again, by one worker at a time.';
comment on column hubspot_list.begun_at is 'When a worker last began to read it.';
comment on column hubspot_list.read_at is 'When the reading began that last came to its end; null = none has.';

create table hubspot_never_automate (
  contact_id text not null,
  merged_ids text[] not null default '{}'::text[],
  phones text[] not null default '{}'::text[],
  seen_at timestamp with time zone not null default clock_timestamp(),
  constraint hubspot_never_automate_pkey PRIMARY KEY (contact_id)
);
CREATE INDEX hubspot_never_automate_merged ON public.hubspot_never_automate USING gin (merged_ids);
CREATE INDEX hubspot_never_automate_phones ON public.hubspot_never_automate USING gin (phones);
comment on table hubspot_never_automate is 'Contacts that carry wa_never_automate; a row goes when the property is taken away.';
comment on column hubspot_never_automate.merged_ids is 'Contacts that became this one, under which a buyer may still be linked.';
comment on column hubspot_never_automate.phones is 'Digits without a plus, in every national form under which WhatsApp may report them.';
comment on column hubspot_never_automate.seen_at is 'When the contact itself was last seen with the property.';

create table hubspot_portal (
  portal_id text not null,
  checked_at timestamp with time zone not null default now(),
  woken_outbox_id bigint not null default 0,
  woken_at timestamp with time zone,
  starts_read_at timestamp with time zone,
  constraint hubspot_portal_pkey PRIMARY KEY (portal_id)
);
comment on column hubspot_portal.woken_outbox_id is 'Up to which outbox row the sync workflow was told that there is something to do.';
comment on column hubspot_portal.starts_read_at is 'When a worker last looked for contacts to write to first.';

create table hubspot_start (
  id bigint not null generated always as identity,
  contact_id text not null,
  set_at timestamp with time zone not null,
  set_by text,
  wanted text not null,
  properties jsonb not null,
  found_at timestamp with time zone not null default now(),
  outcome text,
  conversation_id uuid,
  answered_at timestamp with time zone,
  told_at timestamp with time zone,
  told_tries integer not null default 0,
  constraint hubspot_start_pkey PRIMARY KEY (id),
  constraint hubspot_start_contact_id_set_at_key UNIQUE (contact_id, set_at),
  constraint hubspot_start_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id)
);
CREATE INDEX hubspot_start_open ON public.hubspot_start USING btree (id) WHERE (outcome IS NULL);
CREATE INDEX hubspot_start_untold ON public.hubspot_start USING btree (id) WHERE ((outcome IS NOT NULL) AND (told_at IS NULL));
comment on table hubspot_start is 'One row for each setting of wa_start_template: it is carried out once, whatever is read again or how often.';
comment on column hubspot_start.set_at is 'When the property was set, as its history in HubSpot says.';
comment on column hubspot_start.set_by is 'The id of the user in HubSpot; null = something else set it, such as a workflow.';
comment on column hubspot_start.properties is 'What stood in the contact then: phones, opt-in, name.';
comment on column hubspot_start.outcome is 'What is written to wa_start_result; null = not carried out yet.';
comment on column hubspot_start.told_at is 'When HubSpot had the outcome.';

create table identity_link (
  id bigint not null generated always as identity,
  buyer_id uuid not null,
  status text not null,
  contact_id text,
  company_id text,
  deal_id text,
  confidence double precision not null,
  reason_code text not null,
  candidates jsonb not null default '[]'::jsonb,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  end_reason text,
  constraint identity_link_pkey PRIMARY KEY (id),
  constraint identity_link_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES buyer(id),
  constraint identity_link_confidence_check CHECK (((confidence >= (0)::double precision) AND (confidence <= (1)::double precision))),
  constraint identity_link_status_check CHECK ((status = ANY (ARRAY['linked'::text, 'created'::text, 'ambiguous'::text, 'unknown'::text])))
);
CREATE UNIQUE INDEX identity_link_current ON public.identity_link USING btree (buyer_id) WHERE (ended_at IS NULL);
comment on table identity_link is 'History of which HubSpot contact a buyer is; the row without ended_at holds.';

create table imported_line (
  message_id uuid not null,
  number text,
  name text,
  imported_at timestamp with time zone not null default now(),
  constraint imported_line_pkey PRIMARY KEY (message_id),
  constraint imported_line_message_id_fkey FOREIGN KEY (message_id) REFERENCES message(id)
);
CREATE INDEX imported_line_number ON public.imported_line USING btree (number) WHERE (number IS NOT NULL);
comment on table imported_line is 'Messages that lines of exports tell, and by what these name their buyer. Lines that were imported before there was this table are added when they are imported again.';
comment on column imported_line.number is 'The number by which alone the lines name the buyer; null = one of them names a user id, too.';
comment on column imported_line.name is 'The buyer''s name in the line.';

create table kill_switch (
  id bigint not null generated always as identity,
  scope text not null,
  target text not null default ''::text,
  actor text not null,
  reason text not null,
  created_at timestamp with time zone not null default now(),
  released_at timestamp with time zone,
  released_by text,
  release_reason text,
  constraint kill_switch_pkey PRIMARY KEY (id),
  constraint kill_switch_released CHECK (((released_at IS NULL) = (released_by IS NULL))),
  constraint kill_switch_scope_check CHECK ((scope = ANY (ARRAY['everything'::text, 'number'::text, 'rule'::text]))),
  constraint kill_switch_target CHECK (((scope = 'everything'::text) = (target = ''::text)))
);
CREATE UNIQUE INDEX kill_switch_thrown ON public.kill_switch USING btree (scope, target) WHERE (released_at IS NULL);
comment on table kill_switch is 'Orders that automation sends nothing; a released one stays as a record.';
comment on column kill_switch.target is 'A phone_number_id, or the name of a rule of the policy; follow_up, assurance, opt_out_question and opt_out_confirmation are rules as well.';

create table media (
  id uuid not null default gen_random_uuid(),
  message_id uuid not null,
  whatsapp_media_id text,
  kind text not null,
  announced_mime_type text,
  announced_sha256 text,
  filename text,
  url text,
  announced_at timestamp with time zone not null,
  status text not null,
  reason_code text,
  attempts integer not null default 0,
  due_at timestamp with time zone not null,
  mime_type text,
  size_bytes bigint,
  storage_key text,
  settled_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint media_pkey PRIMARY KEY (id),
  constraint media_message_id_fkey FOREIGN KEY (message_id) REFERENCES message(id),
  constraint media_check CHECK (((status <> 'stored'::text) OR ((mime_type IS NOT NULL) AND (size_bytes IS NOT NULL) AND (storage_key IS NOT NULL)))),
  constraint media_check1 CHECK (((status <> 'failed'::text) OR (reason_code IS NOT NULL))),
  constraint media_kind_check CHECK ((kind = ANY (ARRAY['image'::text, 'video'::text, 'audio'::text, 'document'::text, 'sticker'::text, 'unknown'::text]))),
  constraint media_status_check CHECK ((status = ANY (ARRAY['pending'::text, 'stored'::text, 'failed'::text])))
);
CREATE INDEX media_due ON public.media USING btree (due_at) WHERE (status = 'pending'::text);
CREATE UNIQUE INDEX media_once ON public.media USING btree (message_id, COALESCE(whatsapp_media_id, ''::text));
comment on table media is 'Files that came with messages, one row each; fetched after their turn began, or by the sweep.';
comment on column media.whatsapp_media_id is 'Asks WhatsApp for a new link, for seven days after announced_at.';
comment on column media.url is 'The link that came with the message; it lives for five minutes.';
comment on column media.reason_code is 'Why the last try failed; of a pending file, which is tried again, too.';
comment on column media.due_at is 'When the sweep may take the file up: put off by every try, so that it holds the others away meanwhile.';
comment on column media.mime_type is 'Type in our own list under which the stored file is served.';
comment on column media.storage_key is 'Made of the sha256 of the content: the same file is stored once.';

create table message (
  id uuid not null default gen_random_uuid(),
  conversation_id uuid not null,
  episode_id uuid,
  turn_id uuid,
  direction text not null,
  author text not null,
  whatsapp_id text not null,
  type text not null,
  text text,
  body jsonb not null,
  quoted_whatsapp_id text,
  expects_answer boolean,
  meaning text,
  evidence jsonb,
  sent_at timestamp with time zone not null,
  captured_at timestamp with time zone not null default now(),
  webhook_item_id bigint,
  send_id uuid,
  refers_to_whatsapp_id text,
  original_text text,
  edited_at timestamp with time zone,
  revoked_at timestamp with time zone,
  is_imported boolean not null default false,
  is_standby boolean not null default false,
  doubt text,
  position bigint not null default 0,
  constraint message_pkey PRIMARY KEY (id),
  constraint message_whatsapp_id_key UNIQUE (whatsapp_id),
  constraint message_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint message_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES episode(id),
  constraint message_send_id_fkey FOREIGN KEY (send_id) REFERENCES send(id),
  constraint message_turn_id_fkey FOREIGN KEY (turn_id) REFERENCES turn(id),
  constraint message_webhook_item_id_fkey FOREIGN KEY (webhook_item_id) REFERENCES webhook_item(id),
  constraint message_direction_check CHECK ((direction = ANY (ARRAY['inbound'::text, 'outbound'::text]))),
  constraint message_doubt_check CHECK ((doubt = 'time'::text))
);
CREATE INDEX message_conversation ON public.message USING btree (conversation_id, captured_at, sent_at, "position", id);
CREATE INDEX message_episode ON public.message USING btree (episode_id, sent_at);
CREATE INDEX message_from_ad ON public.message USING btree (conversation_id, captured_at) WHERE ((direction = 'inbound'::text) AND (NOT is_imported) AND (body ? 'referral'::text));
CREATE INDEX message_inbound ON public.message USING btree (conversation_id, captured_at) WHERE (direction = 'inbound'::text);
CREATE INDEX message_item ON public.message USING btree (webhook_item_id) WHERE (webhook_item_id IS NOT NULL);
CREATE INDEX message_refers_to ON public.message USING btree (refers_to_whatsapp_id) WHERE (refers_to_whatsapp_id IS NOT NULL);
CREATE INDEX message_said ON public.message USING btree (conversation_id, direction, sent_at);
CREATE INDEX message_standby ON public.message USING btree (conversation_id, sent_at) WHERE is_standby;
CREATE INDEX message_timeline ON public.message USING btree (conversation_id, sent_at, captured_at, "position", id);
CREATE INDEX message_turn ON public.message USING btree (turn_id) WHERE (turn_id IS NOT NULL);
CREATE INDEX message_waiting ON public.message USING btree (conversation_id, captured_at) WHERE ((direction = 'inbound'::text) AND (turn_id IS NULL) AND (NOT is_imported));
CREATE INDEX message_without_wamid ON public.message USING btree (conversation_id, sent_at) WHERE starts_with(whatsapp_id, 'import:'::text);
comment on column message.text is 'The words as they are shown now; body keeps the message as it came.';
comment on column message.evidence is 'Codes of everything that was understood in the message; no words.';
comment on column message.sent_at is 'The provider''s time. It has whole seconds: read as the last moment of its second that lies before the capture.';
comment on column message.refers_to_whatsapp_id is 'The message that a reaction or an edit is about.';
comment on column message.original_text is 'The words before the first edit.';
comment on column message.revoked_at is 'Set = the sender took the message back: its words are no longer mirrored.';
comment on column message.is_imported is 'From the history of the phone app or from an export: fills the past, belongs to no turn, opens no window and triggers nothing.';
comment on column message.is_standby is 'Reported while Meta''s own agent had the conversation: it is kept and shown, and answered by nobody here.';
comment on column message.doubt is 'time = the sender''s time cannot be, so the time of arrival stands in its place; body keeps what was given.';
comment on column message.position is 'Decides between messages of one moment: the number of the item it came with, as items are numbered in the order of their body, or the line of the export. 0 = neither is known.';

create table message_event (
  id bigint not null generated always as identity,
  conversation_id uuid not null,
  whatsapp_id text not null,
  kind text not null,
  author text not null,
  about_whatsapp_id text,
  type text not null,
  text text,
  body jsonb not null,
  sent_at timestamp with time zone not null,
  captured_at timestamp with time zone not null,
  webhook_item_id bigint,
  doubt text,
  constraint message_event_pkey PRIMARY KEY (id),
  constraint message_event_whatsapp_id_key UNIQUE (whatsapp_id),
  constraint message_event_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint message_event_webhook_item_id_fkey FOREIGN KEY (webhook_item_id) REFERENCES webhook_item(id),
  constraint message_event_author_check CHECK (((author = 'buyer'::text) OR (author = 'phone'::text) OR (author = 'meta'::text))),
  constraint message_event_doubt_check CHECK ((doubt = 'time'::text)),
  constraint message_event_kind_check CHECK ((kind = ANY (ARRAY['edit'::text, 'revoke'::text, 'notice'::text])))
);
CREATE INDEX message_event_about ON public.message_event USING btree (about_whatsapp_id) WHERE (about_whatsapp_id IS NOT NULL);
CREATE INDEX message_event_conversation ON public.message_event USING btree (conversation_id, sent_at);
CREATE INDEX message_event_item ON public.message_event USING btree (webhook_item_id);
comment on table message_event is 'What is reported about a conversation and is no message of its own; kept also when the message it is about is not known yet.';
comment on column message_event.kind is 'notice = reported by WhatsApp, or not understood; nothing follows from it.';

create table message_import_key (
  key text not null,
  message_id uuid not null,
  constraint message_import_key_pkey PRIMARY KEY (key),
  constraint message_import_key_message_id_fkey FOREIGN KEY (message_id) REFERENCES message(id)
);
CREATE INDEX message_import_key_message ON public.message_import_key USING btree (message_id);
comment on table message_import_key is 'Lines of exports that bear an id of another system, and the message each of them is.';

create table never_automate (
  id bigint not null generated always as identity,
  kind text not null,
  value text not null,
  also text[] not null default '{}'::text[],
  reason text not null,
  added_by text not null,
  added_at timestamp with time zone not null default now(),
  removed_by text,
  removed_at timestamp with time zone,
  remove_reason text,
  constraint never_automate_pkey PRIMARY KEY (id),
  constraint never_automate_kind_check CHECK ((kind = ANY (ARRAY['wa_id'::text, 'bsuid'::text, 'parent_bsuid'::text]))),
  constraint never_automate_removed CHECK (((removed_at IS NULL) = (removed_by IS NULL)))
);
CREATE INDEX never_automate_also ON public.never_automate USING gin (also) WHERE (removed_at IS NULL);
CREATE UNIQUE INDEX never_automate_current ON public.never_automate USING btree (kind, value) WHERE (removed_at IS NULL);
comment on table never_automate is 'People whom automation never writes to, by identifier: an entry holds before they have ever written.';
comment on column never_automate.also is 'Other national forms of the same phone, under which WhatsApp may report it.';

create table number (
  phone_number_id text not null,
  display_phone_number text,
  mode text not null,
  created_at timestamp with time zone not null default now(),
  mode_chosen_at timestamp with time zone,
  mode_chosen_by text,
  waba_id text,
  constraint number_pkey PRIMARY KEY (phone_number_id),
  constraint number_mode_check CHECK ((mode = ANY (ARRAY['observe'::text, 'draft'::text, 'live'::text]))),
  constraint number_mode_chosen CHECK (((mode_chosen_at IS NULL) = (mode_chosen_by IS NULL)))
);
comment on column number.mode_chosen_at is 'Set = a person chose the mode; null = it follows the policy.';
comment on column number.waba_id is 'The account it belongs to, as webhooks told; null = not known yet.';

create table number_mode_change (
  id bigint not null generated always as identity,
  phone_number_id text not null,
  mode_before text not null,
  mode_after text not null,
  actor text not null,
  reason text,
  created_at timestamp with time zone not null default now(),
  constraint number_mode_change_pkey PRIMARY KEY (id),
  constraint number_mode_change_phone_number_id_fkey FOREIGN KEY (phone_number_id) REFERENCES number(phone_number_id),
  constraint number_mode_change_mode_after_check CHECK ((mode_after = ANY (ARRAY['observe'::text, 'draft'::text, 'live'::text])))
);
CREATE INDEX number_mode_change_number ON public.number_mode_change USING btree (phone_number_id, id);
comment on table number_mode_change is 'Audit log of modes. Actor ''policy'' = another policy came into force.';

create table phone_app_contact (
  id bigint not null generated always as identity,
  phone_number_id text not null,
  key text not null,
  identifiers text[] not null,
  full_name text,
  first_name text,
  is_removed boolean not null,
  occurred_at timestamp with time zone not null,
  place integer not null default 0,
  webhook_item_id bigint,
  constraint phone_app_contact_pkey PRIMARY KEY (id),
  constraint phone_app_contact_phone_number_id_key_key UNIQUE (phone_number_id, key),
  constraint phone_app_contact_webhook_item_id_fkey FOREIGN KEY (webhook_item_id) REFERENCES webhook_item(id)
);
CREATE INDEX phone_app_contact_identifiers ON public.phone_app_contact USING gin (identifiers) WHERE (NOT is_removed);
comment on table phone_app_contact is 'People as the phone app of a number knows them: the newest word on each. Makes no buyer and no conversation.';
comment on column phone_app_contact.key is 'Whom it is about: the phone in digits, else a user id.';
comment on column phone_app_contact.identifiers is 'Everything that may name the same person; the phone in all its national forms.';
comment on column phone_app_contact.place is 'Among changes of one moment: how often the contact had changed before in the same list.';

create table policy_version (
  id bigint not null generated always as identity,
  name text not null,
  sha256 text not null,
  status text not null,
  document jsonb not null,
  source_text text not null,
  imported_at timestamp with time zone not null default now(),
  activated_at timestamp with time zone,
  constraint policy_version_pkey PRIMARY KEY (id),
  constraint policy_version_sha256_key UNIQUE (sha256),
  constraint policy_version_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'shadow'::text, 'active'::text, 'retired'::text])))
);
CREATE UNIQUE INDEX policy_version_one_active ON public.policy_version USING btree (status) WHERE (status = 'active'::text);

create table send (
  id uuid not null default gen_random_uuid(),
  key text not null,
  conversation_id uuid not null,
  episode_id uuid,
  kind text not null,
  author text not null,
  status text not null,
  reason_code text,
  type text not null,
  body jsonb not null,
  expects_answer boolean not null default false,
  answers_message_id uuid,
  epoch bigint not null,
  not_before timestamp with time zone,
  not_after timestamp with time zone,
  decision_id bigint not null,
  attempts integer not null default 0,
  whatsapp_id text,
  error jsonb,
  created_at timestamp with time zone not null default now(),
  claimed_at timestamp with time zone,
  claim_until timestamp with time zone,
  settled_at timestamp with time zone,
  pricing jsonb,
  conversation jsonb,
  scheduled_for timestamp with time zone,
  approved_by text,
  edited_at timestamp with time zone,
  repeats_send_id uuid,
  slot_at timestamp with time zone,
  refusals integer not null default 0,
  overrides_opt_out boolean not null default false,
  is_business_initiated boolean not null default false,
  constraint send_pkey PRIMARY KEY (id),
  constraint send_key_key UNIQUE (key),
  constraint send_whatsapp_id_key UNIQUE (whatsapp_id),
  constraint send_answers_message_id_fkey FOREIGN KEY (answers_message_id) REFERENCES message(id),
  constraint send_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint send_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES decision(id),
  constraint send_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES episode(id),
  constraint send_repeats_send_id_fkey FOREIGN KEY (repeats_send_id) REFERENCES send(id),
  constraint send_end_has_reason CHECK (((status <> ALL (ARRAY['refused'::text, 'recalled'::text, 'failed'::text, 'unconfirmed'::text])) OR (reason_code IS NOT NULL))),
  constraint send_kind_check CHECK ((kind = ANY (ARRAY['reply'::text, 'follow_up'::text, 'human'::text, 'assurance'::text, 'opt_out_question'::text, 'opt_out_confirmation'::text]))),
  constraint send_refusals_check CHECK ((refusals >= 0)),
  constraint send_status_check CHECK ((status = ANY (ARRAY['draft'::text, 'planned'::text, 'held'::text, 'claimed'::text, 'accepted'::text, 'sent'::text, 'delivered'::text, 'read'::text, 'played'::text, 'refused'::text, 'recalled'::text, 'failed'::text, 'unconfirmed'::text])))
);
CREATE INDEX send_business_initiated ON public.send USING btree (claimed_at) WHERE is_business_initiated;
CREATE INDEX send_by_status ON public.send USING btree (status, created_at DESC, id);
CREATE INDEX send_conversation ON public.send USING btree (conversation_id, created_at);
CREATE INDEX send_free_entry ON public.send USING btree (conversation_id) WHERE ((conversation ->> 'origin_type'::text) = 'referral_conversion'::text);
CREATE INDEX send_newest ON public.send USING btree (created_at DESC, id);
CREATE INDEX send_open ON public.send USING btree (conversation_id, created_at) WHERE (status = ANY (ARRAY['planned'::text, 'held'::text, 'claimed'::text, 'unconfirmed'::text]));
CREATE UNIQUE INDEX send_repeats ON public.send USING btree (repeats_send_id) WHERE (repeats_send_id IS NOT NULL);
CREATE INDEX send_seen ON public.send USING btree (conversation_id) WHERE (status = ANY (ARRAY['read'::text, 'played'::text]));
comment on column send.key is 'Made of facts (what it answers, which attempt): the same send is never planned twice.';
comment on column send.not_before is 'A held message waits until then; a scheduled one, and one that WhatsApp put off, too.';
comment on column send.error is 'code, title, details and class of what WhatsApp said last, or the code of a failed call.';
comment on column send.claim_until is 'The call to WhatsApp must begin before this time.';
comment on column send.pricing is 'The most complete one of all its statuses.';
comment on column send.conversation is 'The most complete one of all its statuses.';
comment on column send.scheduled_for is 'When a person wants the message to leave; null = at once.';
comment on column send.approved_by is 'Who let a draft of automation go.';
comment on column send.repeats_send_id is 'The send of which this is a new attempt: ordered by a person, or by the rules for a failure that passes.';
comment on column send.slot_at is 'Its reserved place in the pace of the number.';
comment on column send.refusals is 'Refusals by WhatsApp that were about this message or its recipient; a limit of the number is not.';
comment on column send.overrides_opt_out is 'A person ordered, with a reason, that this message leaves although the buyer opted out.';
comment on column send.is_business_initiated is 'A template that was claimed while no window was open: it counts towards Meta''s limit of buyers written to first.';

create table send_edit (
  id bigint not null generated always as identity,
  send_id uuid not null,
  type text not null,
  body jsonb not null,
  author text not null,
  edited_by text not null,
  edited_at timestamp with time zone not null default now(),
  constraint send_edit_pkey PRIMARY KEY (id),
  constraint send_edit_send_id_fkey FOREIGN KEY (send_id) REFERENCES send(id)
);
CREATE INDEX send_edit_send ON public.send_edit USING btree (send_id, id);
comment on table send_edit is 'What a message was before each edit, and whose words they were.';

create table send_status (
  id bigint not null generated always as identity,
  whatsapp_id text not null,
  send_id uuid,
  status text not null,
  participant text not null default ''::text,
  occurred_at timestamp with time zone not null,
  raw jsonb not null,
  webhook_item_id bigint,
  pricing jsonb,
  conversation jsonb,
  error jsonb,
  constraint send_status_pkey PRIMARY KEY (id),
  constraint send_status_whatsapp_id_status_participant_key UNIQUE (whatsapp_id, status, participant),
  constraint send_status_send_id_fkey FOREIGN KEY (send_id) REFERENCES send(id),
  constraint send_status_webhook_item_id_fkey FOREIGN KEY (webhook_item_id) REFERENCES webhook_item(id)
);
comment on table send_status is 'Every delivery status as reported, in any order; send.status holds the highest rank seen.';
comment on column send_status.pricing is 'type, category, billable, model; not every status carries it.';
comment on column send_status.conversation is 'id, origin_type, expires_at of WhatsApp''s own billing conversation; few statuses carry it.';
comment on column send_status.error is 'code, title, details and class of the first error; raw keeps all of them.';

create table template (
  waba_id text not null,
  name text not null,
  language text not null,
  template_id text,
  status text not null,
  category text not null,
  parameter_format text not null default 'POSITIONAL'::text,
  components jsonb not null default '[]'::jsonb,
  quality text,
  rejected_reason text,
  synced_at timestamp with time zone not null,
  status_at timestamp with time zone,
  category_at timestamp with time zone,
  quality_at timestamp with time zone,
  constraint template_pkey PRIMARY KEY (waba_id, name, language)
);
CREATE INDEX template_name ON public.template USING btree (name, language);
comment on table template is 'Templates of an account in each of their languages, as Meta last said.';
comment on column template.status is 'Meta''s word; only APPROVED leaves. DELETED = Meta does not list it any more.';
comment on column template.components is 'As Meta lists them: header, body, footer and buttons with their placeholders.';
comment on column template.status_at is 'Meta''s time of the newest report about the status; a reading that began before does not undo the report. The same of category and quality.';

create table turn (
  id uuid not null default gen_random_uuid(),
  conversation_id uuid not null,
  episode_id uuid not null,
  trigger_message_id uuid not null,
  started_at timestamp with time zone not null default now(),
  status text not null default 'open'::text,
  ended_at timestamp with time zone,
  constraint turn_pkey PRIMARY KEY (id),
  constraint turn_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint turn_episode_id_fkey FOREIGN KEY (episode_id) REFERENCES episode(id),
  constraint turn_status_check CHECK ((status = ANY (ARRAY['open'::text, 'decided'::text, 'parked'::text, 'joined'::text])))
);
CREATE UNIQUE INDEX turn_open ON public.turn USING btree (conversation_id) WHERE (status = 'open'::text);
CREATE UNIQUE INDEX turn_trigger ON public.turn USING btree (trigger_message_id) WHERE (status <> 'joined'::text);
comment on column turn.status is 'joined = its messages went over to another turn, as conversations were joined or a number proved to be somebody else''s.';

create table wait (
  id bigint not null generated always as identity,
  conversation_id uuid not null,
  buyer_id uuid not null,
  message_id uuid not null,
  started_at timestamp with time zone not null,
  state text not null,
  ended_at timestamp with time zone,
  ended_by text,
  late_replies smallint,
  expected_late_replies double precision,
  parameter_version text,
  is_imported boolean not null default false,
  constraint wait_pkey PRIMARY KEY (id),
  constraint wait_message_id_key UNIQUE (message_id),
  constraint wait_buyer_id_fkey FOREIGN KEY (buyer_id) REFERENCES buyer(id),
  constraint wait_conversation_id_fkey FOREIGN KEY (conversation_id) REFERENCES conversation(id),
  constraint wait_message_id_fkey FOREIGN KEY (message_id) REFERENCES message(id),
  constraint wait_ended_by_check CHECK ((ended_by = ANY (ARRAY['reply'::text, 'our_message'::text, 'horizon'::text]))),
  constraint wait_state_check CHECK ((state = ANY (ARRAY['live'::text, 'warm'::text, 'cold'::text])))
);
CREATE INDEX wait_buyer ON public.wait USING btree (buyer_id);
CREATE INDEX wait_conversation ON public.wait USING btree (conversation_id, id);
CREATE UNIQUE INDEX wait_open ON public.wait USING btree (conversation_id) WHERE (ended_at IS NULL);
comment on table wait is 'The silence after a message of ours; ended waits feed D and E of the buyer.';
comment on column wait.is_imported is 'Counted from imported history; counted anew whenever more of the history comes.';

create table webhook_body (
  id bigint not null generated always as identity,
  source text not null,
  received_at timestamp with time zone not null default now(),
  sha256 bytea not null,
  body bytea not null,
  constraint webhook_body_pkey PRIMARY KEY (id),
  constraint webhook_body_source_sha256_key UNIQUE (source, sha256),
  constraint webhook_body_source_check CHECK ((source = 'whatsapp'::text))
);
comment on table webhook_body is 'One row per distinct authentic request body, as received bytes.';

create table webhook_item (
  id bigint not null generated always as identity,
  webhook_body_id bigint not null,
  dedupe_key text not null,
  kind text not null,
  field text not null,
  pointer text not null,
  phone_number_id text,
  raw jsonb,
  captured_at timestamp with time zone not null default now(),
  assigned_at timestamp with time zone,
  attempts integer not null default 0,
  error text,
  understood_at timestamp with time zone,
  constraint webhook_item_pkey PRIMARY KEY (id),
  constraint webhook_item_dedupe_key_key UNIQUE (dedupe_key),
  constraint webhook_item_webhook_body_id_fkey FOREIGN KEY (webhook_body_id) REFERENCES webhook_body(id),
  constraint webhook_item_kind_check CHECK ((kind = ANY (ARRAY['message'::text, 'status'::text, 'echo'::text, 'identity_change'::text, 'preference'::text, 'history'::text, 'state_sync'::text, 'account_event'::text, 'unknown'::text])))
);
CREATE INDEX webhook_item_not_understood ON public.webhook_item USING btree (id) WHERE (((kind = 'unknown'::text) OR (error IS NOT NULL)) AND (understood_at IS NULL));
CREATE INDEX webhook_item_unassigned ON public.webhook_item USING btree (captured_at) WHERE ((assigned_at IS NULL) AND (error IS NULL));
comment on table webhook_item is 'One row per message, status, echo, identity change or unknown item; dedupe_key is made of the provider''s ids.';
comment on column webhook_item.id is 'Counts the items of a body in its order.';
comment on column webhook_item.pointer is 'JSON pointer of the item inside webhook_body.body.';
comment on column webhook_item.raw is 'The item as JSON; null where Postgres cannot hold it (then error says why, and the bytes stand in webhook_body).';
comment on column webhook_item.assigned_at is 'When the item was turned into rows of the conversation; null = still to do.';
comment on column webhook_item.understood_at is 'When a later reading of the body made items out of this one, which was not understood at first.';

create table webhook_secret (
  id bigint not null generated always as identity,
  subscription_id uuid not null,
  secret bytea not null,
  created_at timestamp with time zone not null default now(),
  valid_until timestamp with time zone,
  constraint webhook_secret_pkey PRIMARY KEY (id),
  constraint webhook_secret_subscription_id_fkey FOREIGN KEY (subscription_id) REFERENCES webhook_subscription(id),
  constraint webhook_secret_secret_check CHECK (((octet_length(secret) >= 24) AND (octet_length(secret) <= 64)))
);
CREATE INDEX webhook_secret_subscription ON public.webhook_secret USING btree (subscription_id, id DESC);
comment on table webhook_secret is 'What bodies are signed with; kept as it is, because signing needs it. Shown once, when it is made.';
comment on column webhook_secret.valid_until is 'Set by a rotation: until then every body is signed with this one, too.';

create table webhook_subscription (
  id uuid not null default gen_random_uuid(),
  url text not null,
  description text,
  events text[],
  includes_content boolean not null default false,
  created_at timestamp with time zone not null default now(),
  created_by text not null,
  failing_since timestamp with time zone,
  disabled_at timestamp with time zone,
  disabled_reason text,
  deleted_at timestamp with time zone,
  deleted_by text,
  constraint webhook_subscription_pkey PRIMARY KEY (id),
  constraint webhook_subscription_deleted CHECK (((deleted_at IS NULL) = (deleted_by IS NULL))),
  constraint webhook_subscription_disabled CHECK (((disabled_at IS NULL) = (disabled_reason IS NULL))),
  constraint webhook_subscription_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['by_hand'::text, 'failing'::text, 'gone'::text])))
);
comment on table webhook_subscription is 'Who is told of events. What happens while one is disabled waits for it; a deleted one stays as a record.';
comment on column webhook_subscription.events is 'Kinds that are wanted; null = all, also those that a later version adds.';
comment on column webhook_subscription.includes_content is 'Bodies carry words, names and phones, too; else ids, times and codes only.';
comment on column webhook_subscription.failing_since is 'The first failed attempt since one that succeeded; null = the last one did.';

create table whatsapp_account (
  waba_id text not null,
  messaging_tier text,
  sync_wanted bigint not null default 1,
  sync_done bigint not null default 0,
  synced_at timestamp with time zone,
  sync_not_before timestamp with time zone,
  sync_error text,
  constraint whatsapp_account_pkey PRIMARY KEY (waba_id)
);
comment on table whatsapp_account is 'A WhatsApp business account: how far its templates are read, and how many buyers it may write to first.';
comment on column whatsapp_account.messaging_tier is 'whatsapp_business_manager_messaging_limit as Meta names it; null = not read yet.';
comment on column whatsapp_account.sync_wanted is 'How often something was reported about a template; sync_done = up to which count all of them were read again.';
comment on column whatsapp_account.sync_not_before is 'Until then somebody reads, or waits after a failure.';
