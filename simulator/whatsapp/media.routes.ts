import { Router } from 'express';
import type { RequestHandler } from 'express';
import { queryText, sendJson } from '../http/reply';
import type { MediaStore } from './media.store';

/** Files that buyers sent: the look-up by id and the links it gives. Other objects are for others to answer. */
export function mediaRoutes(media: MediaStore): RequestHandler {
  const router = Router();
  router.get('/download/:id', (request, response) => {
    const bytes = media.follow(request.params.id, queryText(request, 'ext'));
    response.statusCode = bytes === undefined ? 404 : 200;
    response.setHeader('content-type', media.find(request.params.id)?.mime_type ?? 'text/html');
    response.end(bytes);
  });
  router.get('/:version/:id', (request, response, next) => {
    const found = media.find(request.params.id);
    if (found === undefined) {
      next();
      return;
    }
    const origin = `http://${request.headers.host ?? ''}`;
    sendJson(response, { status: 200, body: media.lookUp(found, origin) });
  });
  return router;
}
