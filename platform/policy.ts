import { createHash } from 'node:crypto';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Policy } from '../domain/policy/policy';
import { policySchema } from './policy.schema';

/** A policy with the fingerprint of its text, or everything that is wrong with it. */
export type ParsedPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly sha256: string }
  | { readonly ok: false; readonly problems: string[] };

/** Parses and checks a policy file; each problem says where, what, and what to do. `path` is only named in them. */
export function parsePolicy(yamlText: string, path: string): ParsedPolicy {
  // Keys as strings: a phone_number_id may have more digits than a number can hold.
  const document = parseDocument(yamlText, { stringKeys: true, prettyErrors: true });
  if (document.errors.length > 0)
    return {
      ok: false,
      problems: document.errors.map(
        (error) => `${path}: is not valid YAML: ${firstLine(error.message)}; correct the file there`,
      ),
    };
  const read = readDocument(() => document.toJS({ maxAliasCount: 100 }));
  if (!read.ok) return { ok: false, problems: [`${path}: ${read.problem}`] };
  const checked = policySchema.safeParse(read.value);
  if (!checked.success)
    return {
      ok: false,
      problems: checked.error.issues.flatMap(describe).map((problem) => `${path}: ${problem}`),
    };
  return { ok: true, policy: checked.data, sha256: createHash('sha256').update(yamlText).digest('hex') };
}

type Read = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

function readDocument(read: () => unknown): Read {
  try {
    const value = read();
    return value === null || value === undefined
      ? { ok: false, problem: 'is empty; start from policy/default.yaml' }
      : { ok: true, value };
  } catch (error) {
    const what = error instanceof Error ? firstLine(error.message) : 'unreadable';
    return { ok: false, problem: `cannot be read: ${what}; correct the file` };
  }
}

function describe(issue: z.core.$ZodIssue): string[] {
  const where = placeOf(issue.path);
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) => `${placeOf([...issue.path, key])} is not a known key; remove it or correct its spelling`,
    );
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined'))
    return [`${where} is missing; add it (a ${nameOfType(issue.expected)})`];
  if (issue.code === 'invalid_key')
    return issue.issues.map((inner) => `${where} ${inner.message}; correct the key`);
  if (issue.code === 'invalid_type') return [`${where} must be a ${nameOfType(issue.expected)}; correct it`];
  return [`${where} ${issue.message}`];
}

function nameOfType(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    object: 'group of keys',
    record: 'group of keys',
    array: 'list',
    tuple: 'list',
    boolean: 'true or false value',
    string: 'text',
  };
  return names[expected] ?? expected;
}

function placeOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the document';
  return path.reduce<string>(
    (place, part) =>
      typeof part === 'number' ? `${place}[${part}]` : `${place}${place === '' ? '' : '.'}${String(part)}`,
    '',
  );
}

function firstLine(message: string): string {
  return (message.split('\n')[0] ?? message).replace(/:$/, '');
}
