// The wire in front of the public scenarios, and their entities as they are written.
import { afterAll, beforeAll } from 'vitest';
import { type Fixture, openFixture } from '../../src/api/fixture/fixture.ts';

export const EVALUATION = '/access/v1/evaluation';
export const EVALUATIONS = '/access/v1/evaluations';
export const SUBJECT = '/access/v1/search/subject';
export const RESOURCE = '/access/v1/search/resource';
export const ACTION = '/access/v1/search/action';
export const every = [EVALUATION, EVALUATIONS, SUBJECT, RESOURCE, ACTION];

export const user = (id: string, properties?: object) => ({ type: 'user', id, ...(properties && { properties }) });
export const record = (id: string, properties?: object) => ({ type: 'record', id, ...(properties && { properties }) });
export const act = (name: string, properties?: object) => ({ name, ...(properties && { properties }) });

/** Starts the fixture for the tests of a file. */
export function useFixture() {
  const started: { fixture?: Fixture } = {};
  beforeAll(async () => {
    started.fixture = await openFixture({ port: 0 });
  });
  afterAll(() => started.fixture?.close());
  return {
    fixture: () => started.fixture!,
    /** A body as JSON, or a text as it is, with the line that was printed. */
    send: async (path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') => {
      const { address, authorization = '' } = started.fixture!;
      const answer = await fetch(new URL(path, address), {
        method,
        headers: { authorization, 'content-type': 'application/json', ...headers },
        ...(method !== 'GET' && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : undefined };
    },
  };
}
