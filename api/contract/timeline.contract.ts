import { z } from 'zod';
import { nextCursor, pageOfTimeline } from './page.contract';
import { id, instant } from './values.contract';

export const timelineQuery = z.strictObject({ ...pageOfTimeline });

/** Everything that happened in a conversation in one order, the newest first. */
export const timeline = z.strictObject({
  items: z.array(
    z.strictObject({
      kind: z
        .enum(['message', 'event', 'send', 'status', 'decision', 'command'])
        .describe(
          'message = somebody said it · event = an edit, a revocation or a report of WhatsApp · send = a message of ours was planned · status = how far it came · decision = what was decided · command = what a person ordered',
        ),
      id: z.string().describe('of the message, send, decision or command'),
      at: instant,
      actor: z.string().nullable().describe('who said or ordered it'),
      type: z.string().describe('of the message; status; kind of the send, decision or command'),
      outcome: z.string().nullable().describe('verdict of a decision, outcome of a command'),
      text: z.string().nullable().describe('words of a message or send, reason of a command'),
      reason_code: z.string().nullable(),
      explanation: z.string().nullable().describe('the reason code in a sentence'),
      send_id: id.nullable().describe('the send that a message, status or send is about'),
    }),
  ),
  next_cursor: nextCursor,
});

export type TimelineQuery = z.infer<typeof timelineQuery>;
export type Timeline = z.infer<typeof timeline>;
