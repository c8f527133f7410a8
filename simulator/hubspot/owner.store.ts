import type { Journal, Table } from '../state/journal.store';

export type Owner = {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: number;
};

const SEEDED: readonly Owner[] = [
  { id: '70001', email: 'anna@example.com', firstName: 'Anna', lastName: 'Example', userId: 70101 },
  { id: '70002', email: 'ben@example.com', firstName: 'Ben', lastName: 'Example', userId: 70102 },
];

/** The users records can be assigned to. */
export class OwnerStore {
  private readonly table: Table<Owner>;

  constructor(journal: Journal) {
    this.table = journal.table('hubspot_owners');
  }

  list(): Owner[] {
    const own = [...this.table.values()];
    return [...SEEDED.filter(({ id }) => !this.table.has(id)), ...own];
  }

  get(id: string): Owner | undefined {
    return this.list().find((owner) => owner.id === id);
  }

  add(input: Omit<Owner, 'id' | 'userId'> & { readonly id?: string | undefined }): Owner {
    const id = input.id ?? String(70_001 + this.list().length);
    const { email, firstName, lastName } = input;
    return this.table.put(id, { id, email, firstName, lastName, userId: Number(id) + 100 });
  }
}

/** An owner as the API shows it. */
export function ownerView(owner: Owner): unknown {
  return {
    ...owner,
    type: 'PERSON',
    userIdIncludingInactive: owner.userId,
    createdAt: '2026-01-05T09:00:00.000Z',
    updatedAt: '2026-01-05T09:00:00.000Z',
    archived: false,
    teams: [],
  };
}
