import { setTimeout as sleep } from 'node:timers/promises';
import { AGENT, HUBSPOT_TOKEN } from '../environment.mjs';

/** One try; longer than a take-over may wait for what is under way. */
const TIMEOUT_MS = 10_000;
const PAUSE_MS = 250;
/** A part that is killed is back within seconds; who has no answer for so long never gets one. */
const PATIENCE_MS = 240_000;

/** The answer was "no", and will be the next time. */
class Refused extends Error {}

/**
 * The simulator's control and its HubSpot, and the API as an agent uses it. Each call goes on until it is answered: a part
 * that was killed is back soon, and what a person did not see happen they do again.
 */
export function doorsTo(ports) {
  const control = `http://127.0.0.1:${ports.simulator}/control`;
  const hubspot = `http://127.0.0.1:${ports.simulator}/hubspot/crm/objects/2026-09`;
  const api = `http://127.0.0.1:${ports.api}/v1`;
  const agent = { authorization: `Bearer ${AGENT.token}` };
  return {
    control: (path, json) => untilAnswered(`${control}${path}`, { json }),
    clearFaults: () => untilAnswered(`${control}/faults`, { method: 'DELETE' }),
    createContact: (properties) =>
      untilAnswered(`${hubspot}/contacts`, {
        json: { properties },
        headers: { authorization: `Bearer ${HUBSPOT_TOKEN}` },
      }),
    /** The buyer's conversation, once the API knows it. */
    conversationOf: async (waId) => {
      for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await sleep(PAUSE_MS)) {
        const { items } = await untilAnswered(`${api}/conversations?buyer_wa_id=${waId}`, { headers: agent });
        if (items.length > 0) return items[0];
      }
      throw new Error(`The API never heard of the buyer ${waId}.`);
    },
    /** An order under one key, however often it is given; null when it is refused. */
    command: async (id, command, { json = {}, key }) => {
      try {
        const headers = { ...agent, 'idempotency-key': key };
        return await untilAnswered(`${api}/conversations/${id}/${command}`, { json, headers });
      } catch (error) {
        if (error instanceof Refused) return null;
        throw error;
      }
    },
  };
}

async function untilAnswered(url, request) {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await once(url, request);
    } catch (error) {
      if (error instanceof Refused || Date.now() > deadline) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

async function once(url, { method, json, headers = {} }) {
  const response = await fetch(url, {
    method: method ?? (json === undefined ? 'GET' : 'POST'),
    headers: { ...headers, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  if (response.ok) return JSON.parse(text);
  const problem = `${response.status} from ${url}: ${text.slice(0, 300)}`;
  // Too many calls pass; every other 4xx is a verdict.
  if (response.status >= 400 && response.status < 500 && response.status !== 429) throw new Refused(problem);
  throw new Error(problem);
}
