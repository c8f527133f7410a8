import { z } from 'zod';
import { toStorable } from '../../domain/json';

/** Meta could not be read; the code says why, without anybody's data. */
export class AccountReadError extends Error {
  override readonly name = 'AccountReadError';
  readonly code: string;

  constructor(code: string) {
    super(`the account cannot be read: ${code}`);
    this.code = code;
  }
}

export type GraphSettings = {
  readonly baseUrl: string;
  readonly apiVersion: string;
  readonly accessToken: string;
  readonly timeoutMs: number;
};

/** Reads one object of Meta's Graph API. Throws AccountReadError, or what `fetch` throws. */
export type GraphRead = (path: string, query?: Readonly<Record<string, string>>) => Promise<unknown>;

const errorSchema = z.looseObject({ error: z.looseObject({ code: z.number() }) });

export function createGraphRead(settings: GraphSettings): GraphRead {
  return async (path, query = {}) => {
    const response = await fetch(
      `${settings.baseUrl}/${settings.apiVersion}/${path}?${new URLSearchParams(query).toString()}`,
      {
        headers: { authorization: `Bearer ${settings.accessToken}` },
        signal: AbortSignal.timeout(settings.timeoutMs),
        redirect: 'error',
      },
    );
    const body = toStorable(await response.json());
    const failed = errorSchema.safeParse(body);
    if (failed.success) throw new AccountReadError(`whatsapp_${failed.data.error.code}`);
    if (!response.ok) throw new AccountReadError(`http_${response.status}`);
    return body;
  };
}
