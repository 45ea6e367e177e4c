// A request whose body is held back: its headers and its beginning are sent, and the rest when it is asked for.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';

export function sendSlowly(
  url: URL,
  { method = 'POST', token, body }: { method?: string; token: string; body: string },
) {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  };
  const sending = request(url, { method, headers });
  const answered = once(sending, 'response');
  sending.write(body.slice(0, 10));
  return {
    rest: async (): Promise<{ status: number | undefined; body: unknown }> => {
      sending.end(body.slice(10));
      const [response] = (await answered) as [IncomingMessage];
      return { status: response.statusCode, body: await json(response) };
    },
  };
}
