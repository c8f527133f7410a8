import type { Response } from 'supertest';
import { commandAnswer, problemDetails } from '../../api/contract';
import type { CommandAnswerBody, ProblemDetails } from '../../api/contract';

/** The JSON of an answer; its shape is for the contract to say. */
export function bodyOf(response: Response): unknown {
  return response.body;
}

/** The answer of a command that was carried out. */
export function expectDone(response: Response): CommandAnswerBody {
  expect({ status: response.status, body: bodyOf(response) }).toMatchObject({ status: 200 });
  return commandAnswer.parse(response.body);
}

/**
 * A problem, in the form of RFC 9457, that shows nothing of the code; `answer` is its status and kind, such as
 * '409 not_paused'.
 */
export function problemOf(response: Response): ProblemDetails & { answer: string } {
  expect(response.headers['content-type']).toContain('application/problem+json');
  const details = problemDetails.parse(response.body);
  expect(details.status).toBe(response.status);
  expect(details.request_id).toBe(response.headers['x-request-id']);
  expect(response.text).not.toMatch(/\bat .+\.ts:\d+|node_modules/);
  return { ...details, answer: `${details.status} ${details.type.replace('urn:continuo:problem:', '')}` };
}
