-- What an item has said goes over to another buyer by the item, not by the conversation.

create index message_item on message (webhook_item_id) where webhook_item_id is not null;
create index message_event_item on message_event (webhook_item_id);
create index consent_item on consent (webhook_item_id) where webhook_item_id is not null;
create index consent_message on consent (message_id) where message_id is not null;
create index buyer_join_row_changed on buyer_join_row (table_name, row_id);
