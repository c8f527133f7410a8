const HEAD = `-- The schema as the migrations leave it, read from the catalogue. Written by "npm run schema"; never edited by hand,
-- never run: a test compares it with what the migrations make.
`;

// The bookkeeping of the migration tool is no part of our schema.
const OURS = `n.nspname = 'public' and c.relname not like 'schema\\_migration%'`;

const TABLES = `
  select c.oid::int as id, c.relname as name, obj_description(c.oid, 'pg_class') as comment
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where ${OURS} and c.relkind in ('r', 'p') order by c.relname`;

const COLUMNS = `
  select a.attrelid::int as table_id, a.attname as name, format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull as is_required, a.attidentity as identity, a.attgenerated as generated,
    pg_get_expr(d.adbin, d.adrelid) as expression, col_description(a.attrelid, a.attnum) as comment
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where ${OURS} and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped order by a.attrelid, a.attnum`;

// "Not null" stands with its column; newer versions of Postgres list it as a constraint too.
const CONSTRAINTS = `
  select k.conrelid::int as table_id, k.conname as name, pg_get_constraintdef(k.oid) as definition
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
  where ${OURS} and k.contype <> 'n' order by k.conrelid, position(k.contype::text in 'pufcx'), k.conname`;

const INDEXES = `
  select i.indrelid::int as table_id, pg_get_indexdef(i.indexrelid) as definition
  from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
  where ${OURS} and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.conrelid = i.indrelid)
  order by i.indrelid, i.indexrelid::regclass::text`;

const TRIGGERS = `
  select t.tgrelid::int as table_id, pg_get_triggerdef(t.oid) as definition
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
  where ${OURS} and not t.tgisinternal order by t.tgrelid, t.tgname`;

const FUNCTIONS = `
  select pg_get_functiondef(p.oid) as definition, p.oid::regprocedure::text as signature,
    obj_description(p.oid, 'pg_proc') as comment
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where n.nspname = 'public' and p.prokind in ('f', 'p')
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  order by p.oid::regprocedure::text`;

// Kinds that nobody has written down here yet must be noticed, not left out.
const UNKNOWN = `
  select 'relation ' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where ${OURS} and c.relkind not in ('r', 'p', 'i', 'I', 't', 'S')
  union all
  select 'type ' || t.typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
  where n.nspname = 'public' and t.typtype not in ('c', 'b')`;

/** The schema of a database as readable text, in an order that depends on names alone. `client` runs one query at a time. */
export async function readSchema(client) {
  const rows = async (sql) => (await client.query(sql)).rows;
  const unknown = await rows(UNKNOWN);
  if (unknown.length > 0)
    throw new Error(`The schema reader does not know: ${unknown.map(({ name }) => name).join(', ')}`);
  const parts = {
    columns: await rows(COLUMNS),
    constraints: await rows(CONSTRAINTS),
    indexes: await rows(INDEXES),
    triggers: await rows(TRIGGERS),
  };
  const functions = (await rows(FUNCTIONS)).map(functionText);
  const tables = (await rows(TABLES)).map((table) => tableText(table, partsOf(table, parts)));
  return [HEAD, ...functions, ...tables].join('\n');
}

function partsOf({ id }, parts) {
  const own = ([kind, rows]) => [kind, rows.filter((row) => row.table_id === id)];
  return Object.fromEntries(Object.entries(parts).map(own));
}

function tableText({ name, comment }, { columns, constraints, indexes, triggers }) {
  const lines = [
    ...columns.map(columnText),
    ...constraints.map((one) => `constraint ${one.name} ${one.definition}`),
  ];
  return [
    `create table ${name} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n);`,
    ...[...indexes, ...triggers].map(({ definition }) => `${definition};`),
    ...commentText(`table ${name}`, comment),
    ...columns.flatMap((column) => commentText(`column ${name}.${column.name}`, column.comment)),
    '',
  ].join('\n');
}

function columnText({ name, type, is_required: isRequired, identity, generated, expression }) {
  const rule = generated === 's' ? ` generated always as (${expression}) stored` : ` default ${expression}`;
  return [
    `${name} ${type}`,
    isRequired ? ' not null' : '',
    identity === '' ? '' : ` generated ${identity === 'a' ? 'always' : 'by default'} as identity`,
    expression === null ? '' : rule,
  ].join('');
}

function functionText({ definition, signature, comment }) {
  return [`${definition.trimEnd()};`, ...commentText(`function ${signature}`, comment), ''].join('\n');
}

function commentText(what, comment) {
  return comment === null ? [] : [`comment on ${what} is '${comment.replaceAll("'", "''")}';`];
}
