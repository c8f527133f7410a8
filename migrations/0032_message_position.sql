-- Messages of one second that came in one body are read in the order of the body.

alter table message add column position bigint not null default 0;
comment on column message.position is 'Decides between messages of one moment: the number of the item it came with, and items are numbered in the order of their body. 0 = it came with none.';

drop index message_conversation;
create index message_conversation on message (conversation_id, captured_at, sent_at, position, id);
drop index message_timeline;
create index message_timeline on message (conversation_id, sent_at, captured_at, position, id);

comment on column webhook_item.id is 'Counts the items of a body in its order.';
