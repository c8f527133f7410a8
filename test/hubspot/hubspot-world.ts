import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import type { Pool } from 'pg';
import { createHubSpotActivities } from '../../activities/hubspot/hubspot.activities';
import type { DrainResult } from '../../activities/hubspot/outbox.drain';
import { createHubSpotClient } from '../../activities/hubspot/hubspot.client';
import type { HubSpotPort } from '../../activities/hubspot/hubspot.port';
import { ensureHubSpotProperties } from '../../activities/hubspot/hubspot.properties';
import { enqueueCrm } from '../../store/crm-outbox.store';
import { createPool, onlyRow } from '../../platform/database';
import { startSimulator } from '../../simulator/server';
import { createTestDatabase, emptyTables } from '../support/database';
import { http } from '../support/http';
import { TEST_SETTINGS } from '../support/settings';
import { PATIENCE_MS, waitFor } from '../support/wait-for';
import { SimulatorClient } from '../support/simulator-client';
import type { Fault, HubspotRecord, HubspotType } from '../support/simulator-client';

const NUMBER_ID = TEST_SETTINGS.whatsappPhoneNumberId;
const LINKED_PHONE_FIRST = 12_025_550_140;
const TYPE_ID = { contactToCompany: 1, contactToDeal: 4 } as const;

export type Buyer = { readonly buyerId: string; readonly conversationId: string };
export type Say = {
  readonly author?: string;
  readonly text?: string | null;
  readonly type?: string;
  readonly at: string;
};

/** A request that HubSpot has and does not answer. */
export type Held = { readonly hasCome: () => Promise<void>; readonly letGo: () => Promise<void> };

/** A database, a simulated HubSpot and the activities between them. */
export class HubSpotWorld {
  readonly pool: Pool;
  readonly simulator: SimulatorClient;
  readonly hubspot: HubSpotPort;
  readonly baseUrl: string;
  private readonly end: () => Promise<void>;
  private decisionCount = 0;
  private linkedCount = 0;

  private constructor(parts: { pool: Pool; url: string; end: () => Promise<void> }) {
    this.pool = parts.pool;
    this.end = parts.end;
    this.simulator = new SimulatorClient(parts.url);
    this.baseUrl = `${parts.url}/hubspot`;
    this.hubspot = this.client();
  }

  static async start(): Promise<HubSpotWorld> {
    const database = await createTestDatabase();
    const simulator = await startSimulator({ hubspotAccessToken: TEST_SETTINGS.hubspotAccessToken });
    const pool = createPool({
      url: database.url,
      connectionsMax: 10,
      statementTimeoutMs: PATIENCE_MS,
      applicationName: 'hubspot-test',
    });
    const end = async (): Promise<void> => {
      await simulator.stop();
      await pool.end();
      await database.drop();
    };
    return new HubSpotWorld({ pool, url: simulator.url, end });
  }

  /** Everything as on the first day: no rows, an empty HubSpot with our properties. */
  async reset(policy: Readonly<Record<string, unknown>> = {}): Promise<void> {
    await emptyTables(this.pool, [
      'number',
      'buyer',
      'policy_version',
      'hubspot_portal',
      'hubspot_contact',
      'hubspot_never_automate',
      'hubspot_list',
    ]);
    await this.pool.query(
      `insert into number (phone_number_id, display_phone_number, mode) values ($1, $2, 'live')`,
      [NUMBER_ID, TEST_SETTINGS.whatsappDisplayPhoneNumber],
    );
    const document = { identity: { create_contact: 'always', lookup_timeout_ms: 5_000, ...policy } };
    await this.pool.query(
      `insert into policy_version (name, sha256, status, document, source_text) values ('test', 'x', 'active', $1, '')`,
      [JSON.stringify(document)],
    );
    await this.simulator.reset();
    await this.simulator.clearFaults();
    await this.simulator.settings({
      hubspot_search_lag_ms: 0,
      hubspot_search_limit: null,
      hubspot_burst_limit: null,
    });
    await ensureHubSpotProperties(this.hubspot);
  }

  async stop(): Promise<void> {
    await this.end();
  }

  client(timeoutMs = PATIENCE_MS): HubSpotPort {
    return createHubSpotClient({
      baseUrl: this.baseUrl,
      accessToken: TEST_SETTINGS.hubspotAccessToken,
      timeoutMs,
    });
  }

  activities(hubspot = this.hubspot) {
    return createHubSpotActivities({ hubspot, pool: this.pool });
  }

  /** Runs the drain as the worker would; `heartbeats` are counted in the environment given. */
  async drain(environment = quietEnvironment(), hubspot = this.hubspot): Promise<DrainResult> {
    const { drainOutbox } = this.activities(hubspot);
    return environment.run(drainOutbox, { portalId: 'test' });
  }

  /** Makes rows that were put off due now, as if their time had come. */
  async letTimePass(): Promise<void> {
    await this.pool.query(
      'update crm_outbox set not_before = now() where done_at is null and dead_at is null',
    );
  }

  async addBuyer(identity: { waId?: string; bsuid?: string; name?: string }): Promise<Buyer> {
    const buyerId = randomUUID();
    const conversationId = randomUUID();
    await this.pool.query('insert into buyer (id, display_name) values ($1, $2)', [
      buyerId,
      identity.name ?? null,
    ]);
    const known = { wa_id: identity.waId, bsuid: identity.bsuid };
    for (const [kind, value] of Object.entries(known)) {
      if (value === undefined) continue;
      await this.pool.query('insert into buyer_identity (buyer_id, kind, value) values ($1, $2, $3)', [
        buyerId,
        kind,
        value,
      ]);
    }
    await this.pool.query('insert into conversation (id, phone_number_id, buyer_id) values ($1, $2, $3)', [
      conversationId,
      NUMBER_ID,
      buyerId,
    ]);
    return { buyerId, conversationId };
  }

  /** A buyer with a contact, each time another one. */
  async addLinkedBuyer(): Promise<Buyer & { readonly contactId: string }> {
    const waId = String(LINKED_PHONE_FIRST + (this.linkedCount += 1));
    const buyer = await this.addBuyer({ waId, name: 'Zoe' });
    await this.activities().lookUpContact({ buyerId: buyer.buyerId });
    const link = await this.link(buyer);
    return { ...buyer, contactId: String(link['contact_id']) };
  }

  /** An open episode in which the given things were said. */
  async addEpisode(buyer: Buyer, said: readonly Say[]): Promise<string> {
    const episodeId = randomUUID();
    const times = said.map(({ at }) => at).sort();
    await this.pool.query(
      `insert into episode (id, conversation_id, ordinal, opened_at, last_activity_at)
       values ($1, $2, (select count(*) + 1 from episode where conversation_id = $2), $3, $4)`,
      [
        episodeId,
        buyer.conversationId,
        times[0] ?? '2026-01-05T10:00:00Z',
        times.at(-1) ?? '2026-01-05T10:00:00Z',
      ],
    );
    for (const message of said) await this.say(buyer, episodeId, message);
    return episodeId;
  }

  async say(buyer: Buyer, episodeId: string, message: Say): Promise<void> {
    const author = message.author ?? 'buyer';
    await this.pool.query(
      `insert into message (conversation_id, episode_id, direction, author, whatsapp_id, type, text, body, sent_at)
       values ($1, $2, $3, $4, $5, $6, $7, '{}', $8)`,
      [
        buyer.conversationId,
        episodeId,
        author === 'buyer' ? 'inbound' : 'outbound',
        author,
        `wamid.${randomUUID()}`,
        message.type ?? 'text',
        message.text ?? null,
        message.at,
      ],
    );
    await this.pool.query(
      'update episode set last_activity_at = greatest(last_activity_at, $2) where id = $1',
      [episodeId, message.at],
    );
  }

  async enqueue(
    buyer: Buyer,
    objectKind: 'identity' | 'contact' | 'communication',
    objectKey?: string,
  ): Promise<void> {
    const decision = await this.pool.query<{ id: number }>(
      `insert into decision (key, conversation_id, kind, verdict, reason_code, reasons, inputs, parameter_version)
       values ($1, $2, 'command', 'test', 'test', '[]', '{}', 'test') returning id`,
      [`test-${(this.decisionCount += 1)}`, buyer.conversationId],
    );
    await enqueueCrm(this.pool, {
      objectKind,
      objectKey: objectKey ?? buyer.buyerId,
      conversationId: buyer.conversationId,
      decisionId: onlyRow(decision).id,
    });
  }

  async link(buyer: Buyer): Promise<Readonly<Record<string, unknown>>> {
    const rows = await this.rows(
      `select status, contact_id, company_id, deal_id, confidence, reason_code, candidates
       from identity_link where buyer_id = $1 and ended_at is null`,
      [buyer.buyerId],
    );
    return rows[0] ?? {};
  }

  async rows(sql: string, values: readonly unknown[] = []): Promise<Readonly<Record<string, unknown>>[]> {
    return (await this.pool.query<Record<string, unknown>>(sql, [...values])).rows;
  }

  async outbox(): Promise<Readonly<Record<string, unknown>>[]> {
    return this.rows(
      `select object_kind as kind, object_key as key, done_at is not null as done, dead_at is not null as dead, error_code
       from crm_outbox order by id`,
    );
  }

  async contact(properties: Readonly<Record<string, string>>): Promise<HubspotRecord> {
    return this.simulator.createObject('contacts', { properties, associations: [] });
  }

  async deal(contactId: string, properties: Readonly<Record<string, string>>): Promise<HubspotRecord> {
    return this.simulator.createObject('deals', {
      properties: { pipeline: 'default', dealstage: 'appointmentscheduled', ...properties },
      associations: [associationTo(contactId, 3)],
    });
  }

  async company(name: string): Promise<HubspotRecord> {
    return this.simulator.createObject('companies', { properties: { name }, associations: [] });
  }

  async contactOf(
    company: HubspotRecord,
    properties: Readonly<Record<string, string>>,
  ): Promise<HubspotRecord> {
    return this.simulator.createObject('contacts', {
      properties,
      associations: [associationTo(company.id, TYPE_ID.contactToCompany)],
    });
  }

  /** The text of the first record in the timeline. */
  async firstBody(): Promise<string> {
    const [record] = await this.objects('communications');
    return record?.properties['hs_communication_body'] ?? '';
  }

  async objects(type: HubspotType): Promise<readonly HubspotRecord[]> {
    return this.simulator.objects(type);
  }

  /** Somebody deletes a record in HubSpot. */
  async archive(id: string, type: HubspotType = 'contacts'): Promise<void> {
    await this.remove(`/crm/objects/2026-09/${type}/${id}`);
  }

  /** Somebody deletes one of our properties in HubSpot. */
  async archiveProperty(name: string): Promise<void> {
    await this.remove(`/crm/properties/2026-09/contacts/${name}`);
  }

  /** Keeps the next request to HubSpot that matches back, until it is let go. */
  async hold(match: NonNullable<Fault['match']> = {}): Promise<Held> {
    const id = await this.simulator.fault({
      service: 'hubspot',
      match,
      kind: 'delay',
      delay_ms: 3_600_000,
      times: 1,
    });
    return {
      hasCome: async () => {
        await waitFor(async () => (await this.simulator.hitsOf(id)) === 1, {
          what: 'a request to HubSpot',
          everyMs: 10,
        });
      },
      letGo: () => this.simulator.endFault(id),
    };
  }

  private async remove(path: string): Promise<void> {
    await http(`${this.baseUrl}${path}`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${TEST_SETTINGS.hubspotAccessToken}` },
    });
  }

  async merge(primaryId: string, otherId: string): Promise<HubspotRecord> {
    const answer = await http(`${this.baseUrl}/crm/objects/2026-09/contacts/merge`, {
      json: { primaryObjectId: primaryId, objectIdToMerge: otherId },
      headers: { authorization: `Bearer ${TEST_SETTINGS.hubspotAccessToken}` },
    });
    if (answer.status >= 300) throw new Error(`merge was answered with ${answer.status}`);
    const known = await this.objects('contacts');
    const merged = known.find(({ id }) => id !== primaryId && id !== otherId);
    if (merged === undefined) throw new Error('the merged contact is not there');
    return merged;
  }
}

/** Activities that are meant to fail say so in the log of a real worker; here it is only noise. */
export function quietEnvironment(): MockActivityEnvironment {
  return new MockActivityEnvironment({}, { logger: new DefaultLogger('ERROR') });
}

function associationTo(id: string, typeId: number) {
  return { to: { id }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }] };
}
