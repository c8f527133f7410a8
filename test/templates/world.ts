import type { Pool } from 'pg';

/** The account that templates belong to where nothing else is said. */
export const ACCOUNT = '100000000000009';

/** Puts a template there as if it had been read from Meta; one that is there is replaced. */
export async function addTemplate(
  pool: Pool,
  template: {
    readonly name: string;
    readonly wabaId?: string;
    readonly language?: string;
    readonly status?: string;
    readonly category?: string;
    readonly parameterFormat?: 'POSITIONAL' | 'NAMED';
    readonly components?: readonly unknown[];
  },
): Promise<void> {
  await pool.query(
    `insert into template (waba_id, name, language, status, category, parameter_format, components, synced_at)
     values ($1, $2, $3, $4, $5, $6, $7, now())
     on conflict (waba_id, name, language) do update
        set status = excluded.status, category = excluded.category, components = excluded.components`,
    [
      template.wabaId ?? ACCOUNT,
      template.name,
      template.language ?? 'en_US',
      template.status ?? 'APPROVED',
      template.category ?? 'UTILITY',
      template.parameterFormat ?? 'POSITIONAL',
      JSON.stringify(template.components ?? [{ type: 'BODY', text: 'Hello.' }]),
    ],
  );
}

/** A message that is a template, with these texts in its body. */
export function templateMessage(name: string, texts: readonly string[] = [], code = 'en_US') {
  const parameters = texts.map((text) => ({ type: 'text', text }));
  const components = texts.length === 0 ? [] : [{ type: 'body', parameters }];
  return { type: 'template', template: { name, language: { code }, components } } as const;
}
