import { badRequest } from './hubspot.errors';
import type { ObjectType } from './object-type';

export type AssociationType = {
  readonly category: 'HUBSPOT_DEFINED' | 'USER_DEFINED' | 'INTEGRATOR_DEFINED';
  readonly typeId: number;
  readonly label: string | null;
};

type Pair = {
  readonly from: ObjectType;
  readonly to: ObjectType;
  /** The plain type, used as default. */
  readonly plain: number;
  readonly primary?: number;
};

const PAIRS: readonly Pair[] = [
  { from: 'contacts', to: 'companies', plain: 279, primary: 1 },
  { from: 'companies', to: 'contacts', plain: 280, primary: 2 },
  { from: 'deals', to: 'contacts', plain: 3 },
  { from: 'contacts', to: 'deals', plain: 4 },
  { from: 'deals', to: 'companies', plain: 341, primary: 5 },
  { from: 'companies', to: 'deals', plain: 342, primary: 6 },
  { from: 'communications', to: 'contacts', plain: 81 },
  { from: 'contacts', to: 'communications', plain: 82 },
  { from: 'communications', to: 'deals', plain: 85 },
  { from: 'deals', to: 'communications', plain: 86 },
  { from: 'communications', to: 'companies', plain: 87 },
  { from: 'companies', to: 'communications', plain: 88 },
  { from: 'contacts', to: 'contacts', plain: 449 },
  { from: 'companies', to: 'companies', plain: 450 },
  { from: 'deals', to: 'deals', plain: 451 },
];

/** The association types between two object types, the plain one first. */
export function typesBetween(from: ObjectType, to: ObjectType): readonly AssociationType[] {
  const pair = pairOf(from, to);
  const plain = { category: 'HUBSPOT_DEFINED', typeId: pair.plain, label: null } as const;
  if (pair.primary === undefined) return [plain];
  return [plain, { category: 'HUBSPOT_DEFINED', typeId: pair.primary, label: 'Primary' }];
}

/** The default type between two object types. */
export function plainTypeId(from: ObjectType, to: ObjectType): number {
  return pairOf(from, to).plain;
}

export function primaryTypeId(from: ObjectType, to: ObjectType): number | null {
  return pairOf(from, to).primary ?? null;
}

/** The pair of object types an association type id stands for. */
export function pairOfTypeId(typeId: number): { readonly from: ObjectType; readonly to: ObjectType } {
  const pair = PAIRS.find(({ plain, primary }) => plain === typeId || primary === typeId);
  if (pair === undefined) throw invalidType(typeId);
  return pair;
}

export function invalidType(typeId: number): Error {
  return badRequest(`association type id ${typeId} doesn't exist between the given object types`, {
    errors: [
      {
        message: `association type id ${typeId} doesn't exist between the given object types`,
        code: 'INVALID_ASSOCIATION_TYPE',
        context: { associationTypeId: [String(typeId)] },
      },
    ],
  });
}

function pairOf(from: ObjectType, to: ObjectType): Pair {
  const pair = PAIRS.find((one) => one.from === from && one.to === to);
  if (pair === undefined) throw badRequest(`No association type exists between ${from} and ${to}.`);
  return pair;
}
