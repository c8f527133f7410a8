-- What came after a join is told from what came before it exactly, and what has gone over since is told by where it stands.

alter table buyer_join add column locked_at timestamptz;
comment on column buyer_join.locked_at is 'When the locks of both buyers were held: items that were assigned later came after the join. Null = joined by an earlier version.';
comment on table buyer_join_row is 'Rows that a joining changed, with the changed columns as they were, and, under "… as joined", as it made them; holds no words.';
drop index buyer_join_row_changed;
