// What holds the end of a server up, and for how long.
import { once } from 'node:events';
import {
  Agent,
  createServer,
  get,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { type Connections, endWithin, watchConnections } from '../../src/app/stopping.ts';

/** Longer than a test may take: who waits for it fails. */
const FOR_EVER = 3_600_000;

describe('the connections of a server that stops', () => {
  const agent = new Agent({ keepAlive: true });
  afterEach(() => agent.destroy());

  const open = async (answer: RequestListener): Promise<{ server: Server; connections: Connections; port: number }> => {
    const server = createServer(answer);
    const connections = watchConnections(server);
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    return { server, connections, port: (server.address() as AddressInfo).port };
  };
  const ask = async (port: number): Promise<IncomingMessage> => {
    const [answer] = await once(get({ port, host: '127.0.0.1', agent }), 'response');
    return answer;
  };

  it('one over which nothing was ever asked holds nobody up', async () => {
    const { server, connections, port } = await open(() => undefined);
    const socket = connect(port, '127.0.0.1');
    await once(server, 'connection');
    const closed = once(socket, 'close');
    await connections.end(FOR_EVER);
    await closed;
  });

  it('one that is idle holds nobody up, nor one whose answer ends meanwhile without saying that it is the last', async () => {
    const answers: ServerResponse[] = [];
    const { connections, port } = await open((_request, answer) => {
      answer.write('begun');
      answers.push(answer);
    });
    const [first, second] = [await ask(port), await ask(port)];
    answers[0]?.end(', idle');
    expect(await text(first)).toBe('begun, idle');
    expect(second.headers.connection).toBe('keep-alive');
    const ended = connections.end(FOR_EVER);
    answers[1]?.end(', ended');
    expect(await text(second)).toBe('begun, ended');
    await ended;
  });

  it('one whose answer does not come is waited for as long as was said', async () => {
    const { connections, port } = await open((_request, answer) => {
      answer.write('begun');
    });
    const answer = await ask(port);
    await connections.end(1);
    await expect(text(answer)).rejects.toThrow('aborted');
  });

  it('a server that never listened has none', async () => {
    await watchConnections(createServer()).end(FOR_EVER);
  });
});

describe('an ending of several parts', () => {
  const faults: unknown[] = [];
  const onError = (fault: unknown) => faults.push(fault);

  it('names those that are not over when its time is, and waits for no more than all of them', async () => {
    const never = new Promise(() => undefined);
    const late = await endWithin(
      1,
      async (part) => {
        await part('first', Promise.resolve());
        await Promise.all([part('second', never), part('third', Promise.resolve()), part('fourth', never)]);
      },
      onError,
    );
    expect(late).toEqual(['second', 'fourth']);
    expect(await endWithin(FOR_EVER, (part) => part('first', Promise.resolve()), onError)).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('what fails is told, and keeps nothing else from ending', async () => {
    const ended: string[] = [];
    const late = await endWithin(
      FOR_EVER,
      async (part) => {
        await part('first', Promise.reject(new Error('away')));
        await part('second', Promise.resolve(ended.push('second')));
      },
      onError,
    );
    expect([late, ended, faults]).toEqual([[], ['second'], [new Error('away')]]);
  });
});
