-- The messages of a turn are read at every step of it.

create index message_turn on message (turn_id) where turn_id is not null;
