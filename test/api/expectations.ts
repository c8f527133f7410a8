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

/** A problem of this status and kind, in the form of RFC 9457, that shows nothing of the code. */
export function expectProblem(response: Response, status: number, kind: string): ProblemDetails {
  expect({ status: response.status, body: bodyOf(response) }).toMatchObject({ status });
  expect(response.headers['content-type']).toContain('application/problem+json');
  const details = problemDetails.parse(response.body);
  expect(details).toMatchObject({ type: `urn:continuo:problem:${kind}`, status });
  expect(details.request_id).toBe(response.headers['x-request-id']);
  expect(response.text).not.toMatch(/\bat .+\.ts:\d+|node_modules/);
  return details;
}
