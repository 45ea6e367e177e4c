// How the server ends: nothing new, then what is under way, then what waits to be written; and all of it within a time.
import type { Server } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { Socket } from 'node:net';

/** Milliseconds since it was asked to stop. */
export interface StopTimes {
  /** How long requests under way are waited for. */
  readonly answersMs: number;
  /** How long all is waited for. */
  readonly allMs: number;
}

/** Some supervisors kill after ten seconds. */
export const STOP_TIMES: StopTimes = { answersMs: 8_000, allMs: 9_000 };

export interface Connections {
  /** Takes no more of them. Resolves once none is left: after its answer each, and whatever they do after `ms`. */
  end(ms: number): Promise<void>;
}

const LOOK_EVERY = 20;

/** Follows the connections of a server that listens nowhere yet. */
export function watchConnections(server: Server | SecureServer): Connections {
  const open = new Set<Socket>();
  const keep = (socket: Socket): void => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  };
  server.on('connection', keep); // below TLS too: some never end their handshake
  server.on('secureConnection', keep);
  const destroy = (which: (socket: Socket) => boolean): void => {
    for (const socket of open) if (which(socket)) socket.destroy();
  };
  return {
    end: async (ms) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      const looking = setInterval(() => {
        server.closeIdleConnections(); // those whose answer had begun before it could say that it was the last
        destroy(({ bytesRead }) => bytesRead === 0); // opened ahead, and nothing asked over it
      }, LOOK_EVERY);
      const late = setTimeout(() => destroy(() => true), ms);
      await closed;
      clearInterval(looking);
      clearTimeout(late);
    },
  };
}

/** Waits for a part of the ending. What fails is told, and keeps nothing else from ending. */
export type Part = (name: string, work: Promise<unknown>) => Promise<void>;

/** Ends what has several parts. Gives the names of those that were not over after `ms`. */
export async function endWithin(
  ms: number,
  end: (part: Part) => Promise<void>,
  onError: (error: unknown) => void,
): Promise<string[]> {
  const under = new Set<string>();
  const part: Part = async (name, work) => {
    under.add(name);
    await work.catch(onError);
    under.delete(name);
  };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([end(part), late]);
  clearTimeout(timer);
  return [...under];
}
