-- Lines of exports and calls that name a number alone are of whoever had the number then.

create table imported_line (
  message_id uuid primary key references message (id),
  number text,
  name text,
  imported_at timestamptz not null default now()
);
comment on table imported_line is 'Messages that lines of exports tell, and by what these name their buyer. Lines that were imported before there was this table are added when they are imported again.';
comment on column imported_line.number is 'The number by which alone the lines name the buyer; null = one of them names a user id, too.';
comment on column imported_line.name is 'The buyer''s name in the line.';
create index imported_line_number on imported_line (number) where number is not null;

comment on column message.position is 'Decides between messages of one moment: the number of the item it came with, as items are numbered in the order of their body, or the line of the export. 0 = neither is known.';

alter table buyer_call add column is_other_form boolean not null default false;
comment on column buyer_call.is_other_form is 'The number as it is written in another national form than the call names: it counts where nobody has it as it was written.';

create function buyer_of_call(call text) returns uuid
  language sql stable
  return (
    select holder.buyer_id
      from buyer_call as named
     cross join lateral (
       select identity.buyer_id
         from buyer_identity as identity
        where identity.kind = named.kind and identity.value = named.value
          and (identity.kind <> 'wa_id'
               or ((identity.valid_to is null or identity.valid_to >= named.began_at)
                   and (not identity.is_start_known or identity.valid_from <= named.began_at)))
        order by coalesce(identity.valid_to < named.began_at, false), identity.valid_to nulls last
        limit 1) as holder
     where named.call_id = buyer_of_call.call
       and (named.kind <> 'wa_id' or not exists (
             select 1 from buyer_call as beside
               join buyer_identity as theirs on theirs.kind = beside.kind and theirs.buyer_id = holder.buyer_id
              where beside.call_id = named.call_id and beside.kind <> 'wa_id'))
     order by named.kind = 'wa_id', named.kind = 'parent_bsuid', named.is_other_form, named.value
     limit 1);
comment on function buyer_of_call is 'Whose call it was, as far as is known: a user id names its buyer for good, a number whoever had it when the call began and has no other user id than the call names.';

create or replace function window_closes_at(conversation uuid) returns timestamptz
  language sql stable
  return greatest(
    (select least(sent_at, captured_at) + interval '24 hours' from message
      where conversation_id = window_closes_at.conversation and direction = 'inbound' and not is_imported
      order by sent_at desc limit 1),
    (select max(call.began_at) + interval '24 hours'
       from conversation as place
       join buyer_identity as identity on identity.buyer_id = place.buyer_id
       join buyer_call as call
         on call.phone_number_id = place.phone_number_id and call.kind = identity.kind and call.value = identity.value
      where place.id = window_closes_at.conversation and buyer_of_call(call.call_id) = place.buyer_id),
    free_entry_ends_at(window_closes_at.conversation));
