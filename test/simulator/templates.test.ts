import { z } from 'zod';
import { startSimulator } from '../../simulator/server';
import type { Simulator } from '../../simulator/server';
import { http } from '../support/http';
import { waitFor } from '../support/wait-for';
import { anyText, buyerWrites, codeOf, control, errorOf, post } from './cloud-api';
import { startInbox } from './inbox';
import type { Inbox } from './inbox';

const ZOE = '12025550123';
const ACCOUNT = '100000000000002';
const BODY = { type: 'BODY', text: 'Hello {{1}}, your offer {{2}} is ready.' };
const NEW = { name: 'offer', language: 'en_US', category: 'UTILITY', components: [BODY] };
const pageSchema = z.looseObject({
  data: z.array(z.looseObject({ name: z.string() })),
  paging: z
    .looseObject({ cursors: z.looseObject({ after: z.string() }), next: z.url().optional() })
    .optional(),
});
const payloadSchema = z.looseObject({
  entry: z.tuple([
    z.looseObject({
      time: z.number().optional(),
      changes: z.tuple([z.looseObject({ field: z.string(), value: z.looseObject({}) })]),
    }),
  ]),
});
const texts = (...values: string[]) => values.map((text) => ({ type: 'text', text }));

describe('templates', () => {
  let inbox: Inbox;
  let simulator: Simulator;

  beforeAll(async () => {
    inbox = await startInbox();
    simulator = await startSimulator({ webhookUrl: inbox.url, whatsappAccessToken: 'wa-token' });
  });
  beforeEach(async () => {
    await control(simulator.url, '/reset', {});
    inbox.received.length = 0;
  });
  afterAll(async () => {
    await simulator.stop();
    await inbox.stop();
  });

  const api = (path: string, json?: unknown) =>
    http(path.startsWith('http') ? path : `${simulator.url}/whatsapp/v25.0/${ACCOUNT}/${path}`, {
      ...(json !== undefined && { json }),
      headers: { authorization: 'Bearer wa-token' },
    });
  const review = (change: object) =>
    control(simulator.url, '/whatsapp/templates/review', { name: 'offer', language: 'en_US', ...change });
  const add = (template: object) => control(simulator.url, '/whatsapp/templates', { ...NEW, ...template });
  const send = (components: unknown, more: object = {}) =>
    post(simulator.url, {
      messaging_product: 'whatsapp',
      to: ZOE,
      type: 'template',
      template: { name: 'offer', language: { code: 'en_US' }, components },
      ...more,
    });
  const fill = (...values: string[]) => send([{ type: 'body', parameters: texts(...values) }]);
  const changes = () =>
    inbox.received.map(({ bytes }) => payloadSchema.parse(JSON.parse(bytes.toString())).entry[0].changes[0]);
  const told = (count: number) => waitFor(() => changes().length === count, { what: 'the webhooks' });

  it('wait for their review after they were handed in, and cannot be sent before', async () => {
    const created = await api('message_templates', NEW);
    expect(created).toMatchObject({ status: 200, body: { status: 'PENDING', category: 'UTILITY' } });
    expect(codeOf(await fill('Zoe', 'A1'))).toBe(132001);
    await review({ status: 'APPROVED' });
    expect((await fill('Zoe', 'A1')).status).toBe(200);
    const again = await api('message_templates', NEW);
    expect(errorOf(again)).toMatchObject({ code: 100, error_subcode: 2388024 });
    expect(codeOf(await api('message_templates', { ...NEW, name: 'Bad Name' }))).toBe(100);
  });

  it('tell each decision by the webhook of its kind', async () => {
    await api('message_templates', NEW);
    await review({ status: 'REJECTED', reason: 'INVALID_FORMAT' });
    await told(1);
    await review({ status: 'APPROVED', category: 'MARKETING', quality_score: 'GREEN' });
    await told(4);
    await review({ status: 'PAUSED', quality_score: 'RED' });
    await told(6);
    const of = (field: string) =>
      changes()
        .filter((change) => change.field === field)
        .map(({ value }) => value);
    const name = {
      message_template_id: 300000000000001,
      message_template_name: 'offer',
      message_template_language: 'en_US',
    };
    expect(of('message_template_status_update')).toMatchObject([
      { ...name, event: 'REJECTED', reason: 'INVALID_FORMAT' },
      { ...name, event: 'APPROVED', reason: 'NONE' },
      { ...name, event: 'PAUSED', other_info: { title: 'FIRST_PAUSE' } },
    ]);
    expect(of('template_category_update')).toEqual([
      { ...name, previous_category: 'UTILITY', new_category: 'MARKETING' },
    ]);
    expect(of('message_template_quality_update')).toEqual([
      { ...name, previous_quality_score: 'UNKNOWN', new_quality_score: 'GREEN' },
      { ...name, previous_quality_score: 'GREEN', new_quality_score: 'RED' },
    ]);
  });

  it.each([
    ['PAUSED', 132015],
    ['DISABLED', 132016],
    ['REJECTED', 132001],
    ['PENDING', 132001],
  ])('that are %s are refused with %i', async (status, code) => {
    await add({});
    await review({ status });
    expect(codeOf(await fill('Zoe', 'A1'))).toBe(code);
  });

  it('are known by name and language', async () => {
    await add({});
    const german = { template: { name: 'offer', language: { code: 'de' } } };
    const answer = await send([], german);
    expect(answer.status).toBe(404);
    expect(errorOf(answer)).toMatchObject({
      code: 132001,
      error_data: { details: 'template name (offer) does not exist in de' },
    });
  });

  it('want as many parameters as they have gaps', async () => {
    await add({});
    expect(errorOf(await fill('Zoe'))).toMatchObject({
      code: 132000,
      error_data: {
        details: 'body: number of localizable_params (1) does not match the expected number of params (2)',
      },
    });
    expect(codeOf(await send(undefined))).toBe(132000);
    expect(codeOf(await fill('Zoe', 'A1', 'more'))).toBe(132000);
  });

  it('with named gaps want the names', async () => {
    await add({
      parameter_format: 'NAMED',
      components: [{ type: 'BODY', text: 'Hello {{first_name}}, {{deal}}' }],
    });
    const named = (...names: string[]) =>
      send([
        {
          type: 'body',
          parameters: names.map((parameter_name) => ({ type: 'text', text: 'x', parameter_name })),
        },
      ]);
    expect((await named('deal', 'first_name')).status).toBe(200);
    expect(errorOf(await fill('Zoe', 'A1'))).toMatchObject({
      code: 100,
      message: '(#100) Parameter name is missing or empty',
    });
    expect(codeOf(await named('deal', 'last_name'))).toBe(132012);
  });

  it('check header, buttons and texts', async () => {
    await add({
      components: [
        { type: 'HEADER', format: 'IMAGE' },
        { type: 'BODY', text: 'Hello {{1}}' },
        {
          type: 'BUTTONS',
          buttons: [
            { type: 'QUICK_REPLY', text: 'Yes' },
            { type: 'URL', text: 'Look', url: 'https://example.com/{{1}}' },
          ],
        },
      ],
    });
    const image = { type: 'header', parameters: [{ type: 'image', image: { id: '1' } }] };
    const body = (text: string) => ({ type: 'body', parameters: texts(text) });
    const button = { type: 'button', sub_type: 'url', index: 1, parameters: texts('a1') };
    expect((await send([image, body('Zoe'), button])).status).toBe(200);
    expect(codeOf(await send([body('Zoe'), button]))).toBe(132000);
    expect(codeOf(await send([{ type: 'header', parameters: texts('x') }, body('Zoe'), button]))).toBe(
      132012,
    );
    expect(codeOf(await send([image, { ...body('x'), parameters: image.parameters }, button]))).toBe(132012);
    expect(codeOf(await send([image, body('Zoe')]))).toBe(131008);
    expect(codeOf(await send([image, body('Zoe'), { ...button, sub_type: 'quick_reply' }]))).toBe(132012);
    const stranger = { type: 'button', sub_type: 'url', index: 7 };
    expect(codeOf(await send([image, body('Zoe'), button, stranger]))).toBe(132012);
    expect(codeOf(await send([image, body('a\nb'), button]))).toBe(132018);
    expect(codeOf(await send([image, body('a     b'), button]))).toBe(132018);
    expect(codeOf(await send([image, body('x'.repeat(1025)), button]))).toBe(132005);
  });

  it('for authentication cannot go to a user id', async () => {
    await add({ category: 'AUTHENTICATION', components: [] });
    await buyerWrites(simulator.url, { from: { user_id: 'US.777000777' }, text: 'hi' });
    expect(codeOf(await send(undefined, { to: undefined, recipient: 'US.777000777' }))).toBe(131062);
    expect((await send(undefined)).status).toBe(200);
  });

  it('are listed in pages, with the fields and filters that are asked for', async () => {
    for (let index = 0; index < 5; index += 1) await add({ name: `offer_${index}` });
    await add({ name: 'last', status: 'PAUSED' });
    const names: string[] = [];
    let path: string | undefined = 'message_templates?limit=4&fields=name,status,quality_score';
    while (path !== undefined) {
      const page: z.infer<typeof pageSchema> = pageSchema.parse((await api(path)).body);
      names.push(...page.data.map(({ name }) => name));
      expect(page.data[0]).toEqual({
        id: anyText,
        name: anyText,
        status: 'APPROVED',
        quality_score: { score: 'UNKNOWN' },
      });
      path = page.paging?.next;
    }
    expect(names).toEqual(['offer_0', 'offer_1', 'offer_2', 'offer_3', 'offer_4', 'last']);
    const paused = pageSchema.parse((await api('message_templates?status=PAUSED')).body);
    expect(paused.data).toMatchObject([{ name: 'last', language: 'en_US', parameter_format: 'POSITIONAL' }]);
    expect(codeOf(await api('message_templates?after=nonsense'))).toBe(100);
  });

  it('can be taken away', async () => {
    await add({});
    await add({ name: 'other' });
    const gone = await http(`${simulator.url}/whatsapp/v25.0/${ACCOUNT}/message_templates?name=offer`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer wa-token' },
    });
    expect(gone).toMatchObject({ status: 200, body: { success: true } });
    expect(codeOf(await fill('Zoe', 'A1'))).toBe(132001);
  });
});
