import type { Router } from 'express';
import { phoneRecord } from '../whatsapp/phone.view';
import type { World } from '../world';
import { buyerStateSchema, clockSchema, numberSchema, reviewSchema, templateSchema } from './control.schema';
import { ControlError, handle, parseBody } from './control.request';

/** Control of what stands around a send: time, numbers, templates, buyers; and the record of what came of it. */
export function businessRoutes(router: Router, world: World): void {
  clockRoutes(router, world);
  recordRoutes(router, world);
  const { store, templates } = world.whatsapp;
  router.post(
    '/whatsapp/numbers',
    handle((request) => {
      const { id, display_phone_number, quality_rating, status, throughput_per_second } = parseBody(
        request,
        numberSchema,
      );
      return store.numbers.put(id, {
        ...store.numberOf(id, display_phone_number),
        ...(quality_rating !== undefined && { quality_rating }),
        ...(status !== undefined && { status }),
        ...(throughput_per_second !== undefined && { throughput_per_second }),
      });
    }),
  );
  router.post(
    '/whatsapp/buyers/state',
    handle((request) => {
      const { wa_id, user_id, is_unreachable, has_stopped_marketing } = parseBody(request, buyerStateSchema);
      const { key } = store.rememberBuyer({ wa_id, user_id });
      const before = store.buyerStates.get(key);
      return store.buyerStates.put(key, {
        is_unreachable: is_unreachable ?? before?.is_unreachable ?? false,
        has_stopped_marketing: has_stopped_marketing ?? before?.has_stopped_marketing ?? false,
      });
    }),
  );
  router.post(
    '/whatsapp/templates',
    handle((request) => templates.add(parseBody(request, templateSchema))),
  );
  router.post(
    '/whatsapp/templates/review',
    handle((request) => {
      const { name, language, ...review } = parseBody(request, reviewSchema);
      const template = templates.find(name, language);
      if (template === undefined) throw new ControlError(404, `There is no template ${name} in ${language}.`);
      return templates.review(template, review);
    }),
  );
}

function clockRoutes(router: Router, world: World): void {
  router.get(
    '/clock',
    handle(() => ({ now_ms: world.now() })),
  );
  router.post(
    '/clock',
    handle((request) => {
      world.advance(parseBody(request, clockSchema).advance_ms);
      return { now_ms: world.now() };
    }),
  );
}

function recordRoutes(router: Router, world: World): void {
  const { store } = world.whatsapp;
  router.get(
    '/whatsapp/phones/:key',
    handle((request) => phoneRecord(store, String(request.params['key']), world.now())),
  );
  router.get(
    '/whatsapp/calls',
    handle(() => ({ calls: [...store.calls.values()] })),
  );
  router.get(
    '/whatsapp/sends',
    handle(() => ({ sends: [...store.calls.values()].filter(({ wamid }) => wamid !== null) })),
  );
}
