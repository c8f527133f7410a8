import { randomUUID } from 'node:crypto';
import { AGENT, HUBSPOT_TOKEN } from '../environment.mjs';

const OBJECTS = '/hubspot/crm/objects/2026-09';

/** The simulator's control door and its HubSpot; Continuo's API as an agent uses it. */
export function clientsFor(ports) {
  const simulator = `http://127.0.0.1:${ports.simulator}`;
  const api = `http://127.0.0.1:${ports.api}`;
  const agent = { authorization: `Bearer ${AGENT.token}` };
  const hubspot = { authorization: `Bearer ${HUBSPOT_TOKEN}` };
  const conversation = (id) => call(`${api}/v1/conversations/${id}`, { headers: agent });
  return {
    write: (message) => call(`${simulator}/control/whatsapp/messages`, { json: message }),
    read: (wa_id, message_id) => call(`${simulator}/control/whatsapp/read`, { json: { wa_id, message_id } }),
    settings: (change) => call(`${simulator}/control/settings`, { json: change }),
    phone: async (wa_id) => (await call(`${simulator}/control/whatsapp/phones/${wa_id}`)).messages,
    objects: async (type) => (await call(`${simulator}/control/hubspot/objects/${type}`)).results,
    createObject: (type, body) => call(`${simulator}${OBJECTS}/${type}`, { json: body, headers: hubspot }),
    searchObjects: (type, body) =>
      call(`${simulator}${OBJECTS}/${type}/search`, { json: body, headers: hubspot }),
    conversationOf: async (wa_id) => {
      const list = await call(`${api}/v1/conversations?limit=10&buyer_wa_id=${wa_id}`, { headers: agent });
      return list.items.length === 0 ? null : conversation(list.items[0].id);
    },
    command: (id, command, json = {}) =>
      call(`${api}/v1/conversations/${id}/${command}`, {
        json,
        headers: { ...agent, 'idempotency-key': randomUUID() },
      }),
  };
}

async function call(url, { json, headers = {} } = {}) {
  const response = await fetch(url, {
    method: json === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...(json === undefined ? {} : { 'content-type': 'application/json' }) },
    signal: AbortSignal.timeout(60_000),
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${response.status} from ${url}: ${text.slice(0, 500)}`);
  return text === '' ? null : JSON.parse(text);
}
