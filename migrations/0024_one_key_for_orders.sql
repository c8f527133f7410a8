-- Orders to let a number go on stand in the audit log with their keys, like every other order.

alter table channel_change drop column idempotency_key, drop column ordered_for;
