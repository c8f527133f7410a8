import { z } from 'zod';
import { ApiProblem } from '../errors';
import { HEALTH_PROBLEMS } from '../health';
import { PLAIN, read } from '../route';
import type { Route } from '../route';

const readyAnswer = z.strictObject({
  status: z.literal('ready'),
  checks: z.array(
    z.strictObject({
      name: z.enum(['postgres', 'temporal', 'whatsapp', 'hubspot']),
      state: z.enum(['good', 'wrong', 'unknown']),
      problem: z.enum(HEALTH_PROBLEMS).nullable(),
    }),
  ),
});

/** Open to everybody; tells nothing else. */
export const healthRoutes: readonly Route[] = [
  read({
    ...PLAIN,
    id: 'get-health-live',
    method: 'get',
    path: '/health/live',
    tag: 'Health',
    summary: 'Whether the process runs',
    scope: null,
    answers: { 200: { description: 'It runs.', schema: z.strictObject({ status: z.literal('live') }) } },
    handle: () => Promise.resolve({ status: 200 as const, body: { status: 'live' as const } }),
  }),
  read({
    ...PLAIN,
    id: 'get-health-ready',
    method: 'get',
    path: '/health/ready',
    tag: 'Health',
    summary: 'Whether it can take webhooks and commands, and how its parts are',
    description:
      'The short form of "npm run doctor". Postgres alone decides: without the others everything is taken, kept, and done later. WhatsApp and HubSpot are judged by what they last answered.',
    scope: null,
    answers: { 200: { description: 'It can.', schema: readyAnswer } },
    handle: async (_call, { readHealth }) => {
      const { isReady, checks } = await readHealth();
      if (!isReady) throw new ApiProblem('unavailable', { members: { checks } });
      return { status: 200, body: { status: 'ready' as const, checks: [...checks] } };
    },
  }),
];
