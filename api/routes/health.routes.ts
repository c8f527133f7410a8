import { z } from 'zod';
import { ApiProblem } from '../errors';
import { PLAIN, read } from '../route';
import type { Route } from '../route';

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
    summary: 'Whether it can take webhooks and commands',
    scope: null,
    answers: { 200: { description: 'It can.', schema: z.strictObject({ status: z.literal('ready') }) } },
    handle: async (_call, { isReady }) => {
      const isUp = await isReady().catch(() => false);
      if (!isUp) throw new ApiProblem('unavailable');
      return { status: 200, body: { status: 'ready' as const } };
    },
  }),
];
