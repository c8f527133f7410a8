import fc from 'fast-check';
import type { RoutingPolicy } from '../../../domain/policy/policy';
import { decideRoute } from '../../../domain/route/route.decide';
import type { RouteInput } from '../../../domain/route/route.decide';
import { renderText } from '../../../domain/route/render';
import { combineTurn } from '../../../domain/understanding/turn.understand';
import { UNDERSTANDING_CODES } from '../../../domain/understanding/understood';
import type { Meaning, UnderstandingCode } from '../../../domain/understanding/understood';
import { PAUSED_FOR_GOOD_MS } from '../../../domain/vocabulary';
import type { Owner } from '../../../domain/vocabulary';

const REPLY = { text: 'It is 490 USD.', expects_answer: true };
const policy: RoutingPolicy = {
  rules: [
    { name: 'stage', when: { deal_stages: ['negotiation'] }, then: { by: 'human' } },
    { name: 'price', when: { intents: ['price'] }, then: { by: 'automation', reply: REPLY } },
    {
      name: 'question',
      when: { intents: ['question'], identity: ['linked'] },
      then: { by: 'automation', reply: { text: 'Hm.', expects_answer: false } },
    },
    { name: 'urgent', when: { urgency_min: 2 }, then: { by: 'human' } },
  ],
  fallback: { by: 'human' },
  respond_within_ms_by_urgency: [4000, 3000, 2000, 1000],
};
const turn = (code: UnderstandingCode, meaning: Meaning = 'needs_reply', evidence: string[] = []) =>
  combineTurn([{ code, meaning, evidence: [code, ...evidence] }]);
const base: RouteInput = {
  turn: turn('price'),
  owner: 'automation',
  pausedUntilMs: null,
  nowMs: 1000,
  optedOut: false,
  neverAutomate: false,
  mode: 'live',
  routeOverride: null,
  identity: { status: 'linked', confidence: 1 },
  context: {
    firstContact: false,
    hasOpenDeal: false,
    dealStage: null,
    inboundSinceOurLast: 1,
    repeatedQuestion: false,
    windowClosesAtMs: null,
    optOutAsked: false,
  },
  policy,
};

const doubtful = (change: Partial<RouteInput>): Partial<RouteInput> => ({
  turn: turn('opt_out.keyword', 'opt_out', ['opt_out.ambiguous']),
  policy: { ...policy, opt_out: { question: { text: 'No more messages?' } } },
  ...change,
});

describe('the route of a turn', () => {
  it.each<[string, Partial<RouteInput>, string, string]>([
    ['an opted-out buyer', { optedOut: true, owner: 'agent:anna' }, 'stop', 'stop.opted_out'],
    ['an opt-out', { turn: turn('opt_out.phrase', 'opt_out'), owner: 'agent:anna' }, 'stop', 'stop.opt_out'],
    ['a doubtful opt-out', doubtful({}), 'reply', 'route.opt_out_question'],
    ['a doubtful opt-out in observe', doubtful({ mode: 'observe' }), 'reply', 'route.opt_out_question'],
    ['a doubtful opt-out with an agent', doubtful({ owner: 'agent:anna' }), 'human', 'route.opt_out_unclear'],
    ['a doubtful opt-out that nobody has', doubtful({ owner: 'unassigned' }), 'stop', 'stop.opt_out'],
    ['one that was plain when it came', doubtful({ stopNoted: true }), 'stop', 'stop.opt_out'],
    [
      'one that was taken back',
      { stopNoted: true, turn: turn('system', 'acknowledgement') },
      'stop',
      'stop.opt_out',
    ],
    ['a conversation of an agent', { owner: 'agent:anna' }, 'human', 'route.owner'],
    [
      'a conversation on the phone',
      { owner: 'phone', pausedUntilMs: PAUSED_FOR_GOOD_MS },
      'human',
      'route.owner',
    ],
    ['a conversation that waits for a person', { owner: 'unassigned' }, 'human', 'route.unassigned'],
    ['a conversation that Meta’s agent has', { owner: 'meta' }, 'silence', 'silence.meta'],
    ['a pause', { pausedUntilMs: 1001 }, 'human', 'route.paused'],
    ['a pause that is over', { pausedUntilMs: 1000 }, 'reply', 'reply.price'],
    ['thanks', { turn: turn('closing.words', 'closing') }, 'silence', 'silence.completion'],
    [
      'thanks to an agent',
      { turn: turn('closing.words', 'closing'), owner: 'agent:anna' },
      'silence',
      'silence.completion',
    ],
    [
      'thanks in a pause, from an ambiguous buyer',
      {
        turn: turn('ack.completion', 'acknowledgement'),
        pausedUntilMs: 2000,
        identity: { status: 'ambiguous', confidence: 0 },
      },
      'silence',
      'silence.completion',
    ],
    ['a deferral', { turn: turn('deferral', 'deferral') }, 'silence', 'silence.deferred'],
    [
      'a deferral as the first message ever',
      { turn: turn('deferral', 'deferral'), context: { ...base.context, firstContact: true } },
      'human',
      'route.fallback',
    ],
    [
      'several candidates',
      { identity: { status: 'ambiguous', confidence: 0 } },
      'human',
      'route.identity_ambiguous',
    ],
    [
      'a complaint',
      { turn: turn('question.mark', 'needs_reply', ['complaint', 'price']) },
      'human',
      'route.complaint',
    ],
    ['a person’s order', { routeOverride: 'human' }, 'human', 'route.override'],
    [
      'an order for automation',
      { routeOverride: 'automation', context: { ...base.context, dealStage: 'negotiation' } },
      'reply',
      'reply.price',
    ],
    [
      'an order for automation without a text',
      { routeOverride: 'automation', turn: turn('media', 'media') },
      'human',
      'route.override_without_text',
    ],
    [
      'the first rule that matches',
      { context: { ...base.context, dealStage: 'negotiation' } },
      'human',
      'route.rule',
    ],
    [
      'a price beside a question',
      { turn: turn('question.mark', 'needs_reply', ['price']) },
      'reply',
      'reply.question.mark',
    ],
    ['no rule', { turn: turn('media', 'media') }, 'human', 'route.fallback'],
  ])('%s', (...[, change, verdict, reasonCode]) => {
    expect(decideRoute({ ...base, ...change })).toMatchObject({ verdict, reasonCode });
  });

  it('brings rule, text and time along', () => {
    expect(decideRoute(base)).toMatchObject({
      kind: 'route',
      ruleName: 'price',
      reply: { text: REPLY.text, expectsAnswer: true },
      urgency: 0,
      respondWithinMs: 4000,
      runnerUp: { verdict: 'human', reasonCode: 'route.fallback' },
    });
    expect(decideRoute({ ...base, optedOut: true })).toMatchObject({
      kind: 'stop',
      respondWithinMs: null,
      reply: null,
    });
  });

  it('asks for more haste with more urgency', () => {
    const hasty = { ...base, turn: turn('undecided', 'needs_reply', ['urgent', 'order']) };
    expect(decideRoute(hasty)).toMatchObject({
      urgency: 2,
      respondWithinMs: 2000,
      ruleName: 'urgent',
      verdict: 'human',
    });
  });

  const anyInput = fc
    .record({
      code: fc.constantFrom(...UNDERSTANDING_CODES),
      meaning: fc.constantFrom<Meaning>(
        'needs_reply',
        'closing',
        'acknowledgement',
        'deferral',
        'opt_out',
        'media',
      ),
      owner: fc.constantFrom<Owner>('automation', 'phone', 'meta', 'unassigned', 'agent:anna'),
      pausedUntilMs: fc.option(fc.nat(2000)),
      optedOut: fc.boolean(),
      routeOverride: fc.constantFrom('automation' as const, 'human' as const, null),
      status: fc.constantFrom(
        'linked' as const,
        'created' as const,
        'ambiguous' as const,
        'unknown' as const,
      ),
    })
    .map(({ code, meaning, status, ...rest }): RouteInput => ({
      ...base,
      ...rest,
      turn: turn(code, meaning),
      identity: { status, confidence: 0 },
    }));

  it('lets automation answer only where nothing stops it, and always with a text', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const { verdict, reply } = decideRoute(input);
        expect(verdict === 'reply').toBe(reply !== null);
        const isStopped =
          input.optedOut ||
          input.owner !== 'automation' ||
          (input.pausedUntilMs ?? 0) > input.nowMs ||
          input.identity.status === 'ambiguous' ||
          input.routeOverride === 'human';
        expect(isStopped && verdict === 'reply').toBe(false);
      }),
    );
  });

  it('never leaves in silence what needs a reply, unless Meta’s agent has the conversation', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const isWaiting =
          ['needs_reply', 'media'].includes(input.turn.meaning) && !input.optedOut && input.owner !== 'meta';
        expect(isWaiting && !['reply', 'human'].includes(decideRoute(input).verdict)).toBe(false);
      }),
    );
  });

  it('can be computed again from its recorded inputs, bit for bit', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const verdict = decideRoute(input);
        expect(JSON.stringify(decideRoute(JSON.parse(JSON.stringify(verdict.inputs)) as RouteInput))).toBe(
          JSON.stringify(verdict),
        );
      }),
    );
  });
});

describe('rendering', () => {
  it.each([
    ['Hello {first_name}!', { first_name: 'Ana' }, 'Hello Ana!'],
    ['Hello {first_name|there}!', {}, 'Hello there!'],
    ['Hello {first_name|there}!', { first_name: '  ' }, 'Hello there!'],
    ['Hello { first_name }!', { first_name: 'Ana\nBob' }, 'Hello Ana Bob!'],
    ['Hello {first_name}!', { first_name: '{deal_name}' }, 'Hello deal_name!'],
  ])('fills "%s" with %j', (template, values: Record<string, string>, text) => {
    expect(renderText(template, values)).toEqual({ ok: true, text });
  });

  it.each([
    ['Hello {first_name}!', ['first_name']],
    ['{first_name|} and {deal_name}', ['first_name', 'deal_name']],
    ['Hello {constructor}', ['constructor']],
    ['Hello {first_name', ['{']],
    ['Hello }', ['}']],
  ])('refuses "%s"', (template, missing) => {
    expect(renderText(template, {})).toEqual({
      ok: false,
      reasonCode: 'route.placeholder_missing',
      missing,
    });
  });

  it('refuses what has become longer than WhatsApp allows, and never cuts it', () => {
    const values = { first_name: 'N'.repeat(50) };
    expect(renderText(`{first_name}${'a'.repeat(4_046)}`, values)).toMatchObject({ ok: true });
    expect(renderText(`{first_name}${'a'.repeat(4_047)}`, values)).toEqual({
      ok: false,
      reasonCode: 'route.text_too_long',
      missing: [],
    });
  });

  it('never lets a brace leave the house', () => {
    const piece = fc.constantFrom('{', '}', '{first_name}', '{deal_name|it}', 'hello', ' ', '|');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.string(), (pieces, value) => {
        const rendered = renderText(pieces.join(''), { first_name: value });
        expect(rendered.ok ? /[{}]/.test(rendered.text) : rendered.missing.length === 0).toBe(false);
      }),
    );
  });
});
