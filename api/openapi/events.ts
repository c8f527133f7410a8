import { EVENT_KINDS } from '../../domain/event/event.kinds';
import { eventBody } from '../contract';
import { exampleOf } from './example';
import type { Components } from './json-schema';

const HEADERS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/** What the API posts to subscriptions, as the document describes it. */
export function describeEvents(components: Components): Record<string, object> {
  const parameters = HEADERS.map((name) => ({
    name,
    in: 'header',
    required: true,
    schema: { type: 'string' },
  }));
  return Object.fromEntries(
    EVENT_KINDS.map((kind) => {
      const schema = components.ofAnswer(eventBody(kind));
      const example = exampleOf(schema, () => ({}));
      const described = {
        operationId: `event-${kind}`,
        tags: ['Webhook subscriptions'],
        summary: `The event ${kind}`,
        description: 'Posted to subscriptions that want it, signed as docs/webhooks.md says.',
        parameters,
        requestBody: { required: true, content: { 'application/json': { schema, example } } },
        responses: { '2XX': { description: 'Taken; everything else is tried again.' } },
      };
      return [kind, { post: described }];
    }),
  );
}
