import { readFileSync } from 'node:fs';
import { readSchema } from '../../scripts/lib/schema.mjs';
import { createTestDatabase } from '../support/database';

describe('migrations/schema.sql', () => {
  let database;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  async function schemaAfter(...statements) {
    const client = await database.pool().connect();
    try {
      await client.query('begin');
      for (const statement of statements) await client.query(statement);
      return await readSchema(client);
    } finally {
      await client.query('rollback');
      client.release();
    }
  }

  // When it differs: look at the difference, then write the file anew with "npm run schema".
  it('is what the migrations make', async () => {
    expect(readFileSync('migrations/schema.sql', 'utf8')).toBe(await schemaAfter());
  });

  it.each([
    ['a table', 'create table probe (id int primary key)'],
    ['a column', 'alter table buyer add column probe text'],
    ['a type', 'alter table buyer alter column display_name type varchar(100)'],
    ['a default', "alter table buyer alter column display_name set default 'x'"],
    ['a required column', 'alter table buyer alter column display_name set not null'],
    ['a constraint', "alter table buyer add constraint probe check (display_name <> '')"],
    ['an index', 'create index probe on buyer (display_name)'],
    ['a function', "create function probe() returns int language sql as 'select 1'"],
    ['a comment', "comment on table buyer is 'probe'"],
    ['a comment on a column', "comment on column buyer.id is 'probe'"],
  ])('shows %s that is new or changed', async (_, statement) => {
    expect(await schemaAfter(statement)).not.toBe(await schemaAfter());
  });

  it('refuses to be written while it leaves something out', async () => {
    await expect(schemaAfter("create type probe as enum ('a')")).rejects.toThrow('does not know: type probe');
  });
});
