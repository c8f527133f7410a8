import type { z } from 'zod';
import type { World } from '../world';
import {
  appContactSchema,
  buyerCallSchema,
  echoSchema,
  fieldReportSchema,
  historySchema,
  identityChangeSchema,
  preferenceSchema,
} from './inbound.schema';

/** Adds a door that reads a body and answers with what the work gives. */
export type AddDoor = <Input>(
  path: string,
  door: { readonly schema: z.ZodType<Input>; readonly work: (input: Input) => unknown },
) => void;

/** What Meta reports beside buyers' messages. */
export function inboundRoutes(world: World, addDoor: AddDoor): void {
  const { inbound } = world.whatsapp;
  addDoor('/whatsapp/echoes', {
    schema: echoSchema,
    work: (input) => ({ id: inbound.phoneWrites(input) }),
  });
  addDoor('/whatsapp/identity-changes', {
    schema: identityChangeSchema,
    work: (input) => inbound.changesIdentity(input),
  });
  addDoor('/whatsapp/history', {
    schema: historySchema,
    work: (input) => ({ ids: inbound.sharesHistory(input) }),
  });
  addDoor('/whatsapp/app-contacts', {
    schema: appContactSchema,
    work: (input) => {
      inbound.changesAppContact(input);
      return {};
    },
  });
  addDoor('/whatsapp/preferences', {
    schema: preferenceSchema,
    work: (input) => {
      inbound.prefers(input);
      return {};
    },
  });
  addDoor('/whatsapp/buyer-calls', {
    schema: buyerCallSchema,
    work: (input) => ({ id: inbound.buyerCalls(input) }),
  });
  addDoor('/whatsapp/fields', {
    schema: fieldReportSchema,
    work: (input) => {
      inbound.reports(input);
      return {};
    },
  });
}
