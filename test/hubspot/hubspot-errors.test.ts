import { classify, toApplicationFailure } from '../../activities/hubspot/hubspot.errors';

const answer = (code: number, body: unknown, headers: Readonly<Record<string, string>> = {}) => ({
  code,
  body,
  headers,
  message: `HTTP-Code: ${code}\nBody: ${JSON.stringify(body)}`,
});

describe('a failed call is told by its shape', () => {
  test.each([
    {
      call: answer(429, { errorType: 'RATE_LIMIT', policyName: 'TEN_SECONDLY_ROLLING' }),
      means: 'rate-limited',
      retryAfterMs: 10_000,
    },
    {
      call: answer(429, { errorType: 'RATE_LIMIT', policyName: 'SECONDLY' }),
      means: 'rate-limited',
      retryAfterMs: 1_000,
    },
    {
      call: answer(429, { errorType: 'RATE_LIMIT', policyName: 'DAILY' }),
      means: 'rate-limited',
      retryAfterMs: 1_800_000,
    },
    {
      call: answer(429, '<html>slow down</html>', { 'retry-after': '7' }),
      means: 'rate-limited',
      retryAfterMs: 7_000,
    },
    { call: answer(423, { category: 'LOCKED' }), means: 'locked', retryAfterMs: 2_000 },
    { call: answer(477, {}, { 'retry-after': '3600' }), means: 'migrating', retryAfterMs: 3_600_000 },
    { call: answer(477, {}, { 'retry-after': '999999' }), means: 'migrating', retryAfterMs: 86_400_000 },
    {
      call: answer(401, { category: 'INVALID_AUTHENTICATION' }),
      means: 'unauthorised',
      retryAfterMs: undefined,
    },
    { call: answer(403, { category: 'MISSING_SCOPES' }), means: 'unauthorised', retryAfterMs: undefined },
    {
      call: answer(404, { status: 'error', message: 'resource not found' }),
      means: 'not-found',
      retryAfterMs: undefined,
    },
    { call: answer(404, '<html>no such host</html>'), means: 'unavailable', retryAfterMs: undefined },
    { call: answer(409, { category: 'CONFLICT' }), means: 'conflict', retryAfterMs: undefined },
    {
      call: answer(400, { category: 'VALIDATION_ERROR', message: '[{"error":"CONFLICTING_UNIQUE_VALUE"}]' }),
      means: 'conflict',
      retryAfterMs: undefined,
    },
    { call: answer(400, { category: 'VALIDATION_ERROR' }), means: 'rejected', retryAfterMs: undefined },
    { call: answer(414, {}), means: 'rejected', retryAfterMs: undefined },
    { call: answer(500, {}), means: 'ambiguous', retryAfterMs: undefined },
    { call: answer(502, '<html></html>'), means: 'ambiguous', retryAfterMs: undefined },
    { call: answer(504, ''), means: 'ambiguous', retryAfterMs: undefined },
    { call: answer(503, ''), means: 'unavailable', retryAfterMs: undefined },
    { call: answer(521, ''), means: 'unavailable', retryAfterMs: undefined },
    { call: answer(200, {}), means: 'ambiguous', retryAfterMs: undefined },
  ])('$call.code $call.body $call.headers is $means', ({ call, means, retryAfterMs }) => {
    const failure = classify(call);

    expect(failure.class).toBe(means);
    expect(failure.retryAfterMs).toBe(retryAfterMs);
  });

  test.each([
    [
      Object.assign(new TypeError('fetch failed'), { cause: { code: 'UND_ERR_SOCKET' } }),
      'ambiguous',
      'UND_ERR_SOCKET',
    ],
    [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'unavailable', 'ECONNREFUSED'],
    [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'ambiguous', 'ECONNRESET'],
    [new Error('Cannot parse content. No Content-Type defined.'), 'ambiguous', 'NO_ANSWER'],
    [AbortSignal.abort().reason, 'ambiguous', 'NO_ANSWER'],
    ['a string', 'ambiguous', 'NO_ANSWER'],
  ])('%s is %s', (error, failureClass, code) => {
    expect(classify(error)).toMatchObject({ class: failureClass, code });
  });
});

test('a refusal names properties and codes, never values', () => {
  const body = {
    status: 'error',
    category: 'VALIDATION_ERROR',
    correlationId: '3f1f9a3e-6f0e-4d4a-9d70-1f6a6f7f0001',
    message:
      'Property values were not valid: [{"isValid":false,"message":"+12025550123 of Wanda is bad","error":"INVALID_PHONE","name":"phone"}]',
    errors: [
      { message: 'Wanda', code: 'INVALID_NAME', context: { propertyName: ['firstname'], value: ['Wanda'] } },
    ],
  };

  const failure = classify(answer(400, body));

  expect(failure).toMatchObject({
    class: 'rejected',
    code: 'VALIDATION_ERROR:INVALID_NAME',
    propertyNames: ['firstname', 'phone'],
    correlationId: body.correlationId,
  });
  expect(JSON.stringify([failure, toApplicationFailure(failure).message])).not.toMatch(/Wanda|2025550123/);
});

test('the record that holds the value already is named by its id', () => {
  const body = { category: 'CONFLICT', message: 'Contact already exists. Existing ID: 512' };

  expect(classify(answer(409, body))).toMatchObject({ class: 'conflict', existingId: '512' });
});

test.each([
  ['rate-limited', 'hubspot-rate-limited', false],
  ['unavailable', 'hubspot-unavailable', false],
  ['ambiguous', 'hubspot-unavailable', false],
  ['locked', 'hubspot-unavailable', false],
  ['migrating', 'hubspot-unavailable', false],
  ['unauthorised', 'hubspot-unauthorised', false],
  ['rejected', 'hubspot-rejected', true],
  ['not-found', 'hubspot-rejected', true],
  ['conflict', 'hubspot-rejected', true],
] as const)('%s is reported as %s, final: %s', (failureClass, type, nonRetryable) => {
  expect(toApplicationFailure({ class: failureClass, code: 'X' })).toMatchObject({ type, nonRetryable });
});
