import { PROBLEMS } from './problems';
import type { ProblemKind } from './problems';

/** The stable name of a problem, by which programs tell one from another. */
export function problemType(kind: string): string {
  return `urn:continuo:problem:${kind}`;
}

/** All types of problems, by status and name. */
export function listProblems(): { type: string; title: string; status: number; what_to_do: string }[] {
  return Object.entries(PROBLEMS)
    .map(([kind, { title, status, whatToDo }]) => ({
      type: problemType(kind),
      title,
      status,
      what_to_do: whatToDo,
    }))
    .sort((a, b) => a.status - b.status || (a.type < b.type ? -1 : 1));
}

/** One wrong part of a request; an empty path = all of it. */
export type FieldError = {
  readonly in: 'body' | 'query' | 'header';
  readonly path: readonly string[];
  readonly message: string;
};

/** Thrown by a handler to answer with a problem. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly kind: ProblemKind;
  readonly detail: string;
  readonly errors: readonly FieldError[];
  readonly members: Readonly<Record<string, unknown>>;

  constructor(
    kind: ProblemKind,
    options: {
      detail?: string;
      errors?: readonly FieldError[];
      /** Further members of the answer that help a program to react. */
      members?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(kind);
    this.kind = kind;
    this.errors = options.errors ?? [];
    this.detail = options.detail ?? describeFields(this.errors) ?? PROBLEMS[kind].title;
    this.members = options.members ?? {};
  }
}

/** A wrong part as people name it. */
export function fieldOf({ in: place, path }: FieldError): string {
  return path.length === 0 ? place : path.join('.');
}

function describeFields(errors: readonly FieldError[]): string | null {
  if (errors.length === 0) return null;
  return errors.map((error) => `${fieldOf(error)}: ${error.message}`).join('; ');
}
