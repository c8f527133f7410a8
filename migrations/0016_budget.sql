-- What people allow automation: the mode of a number, switches that stop it, and what its messages may cost.

alter table number
  add column mode_chosen_at timestamptz,
  add column mode_chosen_by text,
  add constraint number_mode_chosen check ((mode_chosen_at is null) = (mode_chosen_by is null));
comment on column number.mode_chosen_at is 'Set = a person chose the mode; null = it follows the policy.';

create table number_mode_change (
  id bigint generated always as identity primary key,
  phone_number_id text not null references number (phone_number_id),
  mode_before text not null,
  mode_after text not null check (mode_after in ('observe', 'draft', 'live')),
  actor text not null,
  reason text,
  created_at timestamptz not null default now()
);
comment on table number_mode_change is 'Audit log of modes. Actor ''policy'' = another policy came into force.';
create index number_mode_change_number on number_mode_change (phone_number_id, id);

create table kill_switch (
  id bigint generated always as identity primary key,
  scope text not null check (scope in ('everything', 'number', 'rule')),
  target text not null default '',
  actor text not null,
  reason text not null,
  created_at timestamptz not null default now(),
  released_at timestamptz,
  released_by text,
  release_reason text,
  constraint kill_switch_released check ((released_at is null) = (released_by is null)),
  constraint kill_switch_target check ((scope = 'everything') = (target = ''))
);
comment on table kill_switch is 'Orders that automation sends nothing; a released one stays as a record.';
comment on column kill_switch.target is 'A phone_number_id, or the name of a rule of the policy; follow_up, assurance, opt_out_question and opt_out_confirmation are rules as well.';
create unique index kill_switch_thrown on kill_switch (scope, target) where released_at is null;

create table budget_send (
  send_id uuid primary key references send (id),
  phone_number_id text not null,
  month text not null check (month ~ '^\d{4}-\d{2}$'),
  author_kind text not null check (author_kind in ('automation', 'people')),
  category text not null,
  pricing text not null check (pricing in ('unknown', 'billable', 'free', 'free_entry')),
  is_counted boolean not null,
  is_delivered boolean not null
);
comment on table budget_send is 'How each claimed send stands in budget_month.';
comment on column budget_send.month is 'Of the claim, in the time zone of the policy''s budget.';
comment on column budget_send.pricing is 'What WhatsApp said: free = within the allowance of the month, free_entry = within 72 h of an ad.';
comment on column budget_send.is_counted is 'False = it certainly did not leave.';

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
  primary key (phone_number_id, month, category, author_kind)
) with (fillfactor = 50);
comment on table budget_month is 'Messages that left or may have left, by number, month, category and who ordered them: the sums of budget_send. The last lock of all.';
