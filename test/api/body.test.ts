// The body of a request, where its sender is slow, or gone.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import Router from '@koa/router';
import type Koa from 'koa';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readText } from '../../src/api/body.ts';
import type { Refusal } from '../../src/errors.ts';
import { serve } from '../http/server.ts';

describe('a body', () => {
  let server: Server;
  let heard: (request: IncomingMessage) => void;
  beforeAll(async () => {
    server = createServer((request) => heard(request));
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const read = (req: IncomingMessage) => readText({ req, set: () => undefined } as unknown as Koa.Context);
  const request = () =>
    new Promise<IncomingMessage>((resolve) => {
      heard = resolve;
    });
  const send = (text: string) => {
    const socket = connect((server.address() as AddressInfo).port, 'localhost');
    socket.write(`POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n${text}`);
    return socket;
  };
  const refused = expect.objectContaining({
    code: 'bad_request',
    details: { member: 'body' },
  } satisfies Partial<Refusal>);

  it('comes in pieces', async () => {
    const arrived = request();
    const socket = send('{"a":');
    const text = read(await arrived);
    socket.write('"b"}\n');
    expect(await text).toBe('{"a":"b"}\n');
    socket.destroy();
  });

  it('whose sender goes is refused', async () => {
    const arrived = request();
    const socket = send('{"a":');
    const text = read(await arrived);
    socket.destroy();
    await expect(text).rejects.toEqual(refused);
  });

  it('whose sender went before it was read is refused as well, and not waited for', async () => {
    const arrived = request();
    const socket = send('{"a":');
    const gone = await arrived;
    socket.destroy();
    await new Promise((resolve) => gone.once('close', resolve));
    await expect(read(gone)).rejects.toEqual(refused);
  });

  it('that is not well framed is the fault of its sender, and no error of ours in the log', async () => {
    const served = await serve(() => {
      const router = new Router();
      router.post('/', async (ctx) => {
        ctx.body = await readText(ctx);
      });
      return router;
    });
    const socket = connect(Number(new URL(served.origin).port), 'localhost');
    const headers = `Host: ${new URL(served.origin).host}\r\nX-Request-ID: trace-framing\r\nTransfer-Encoding: chunked`;
    socket.write(`POST / HTTP/1.1\r\n${headers}\r\n\r\n`);
    const lines = () => served.log.filter((line) => line.request === 'trace-framing');
    socket.write('zz\r\n');
    await vi.waitFor(() => expect(lines()).toContainEqual(expect.objectContaining({ code: 'HPE_INVALID_CHUNK_SIZE' })));
    expect(lines().filter(({ level }) => Number(level) >= 40)).toEqual([]);
    socket.destroy();
    await served.close();
  });
});
