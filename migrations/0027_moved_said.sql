-- What was said with a number goes over to whoever had the number then: its message may begin a turn there anew.

alter table turn drop constraint turn_trigger_message_id_key;
create unique index turn_trigger on turn (trigger_message_id) where status <> 'joined';
comment on column turn.status is 'joined = its messages went over to another turn, as conversations were joined or a number proved to be somebody else''s.';
