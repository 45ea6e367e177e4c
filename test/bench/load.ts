// The load: one keep-alive connection per worker, a small browser on top of it, and a loop that counts.
import type { IncomingHttpHeaders } from 'node:http';
import { Client, type Dispatcher } from 'undici';
import { quantile } from './print.ts';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Sent {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as a form when it is an object of fields. */
  readonly body?: string | Readonly<Record<string, string>>;
}

/**
 * One connection to one server. The name in the address is kept for the Host header; the socket goes to 127.0.0.1. What
 * asks must cost less than what answers, or it is itself that is measured: undici asks at a third of what Node's own does.
 */
export class Connection {
  readonly #client: Client;
  readonly origin: URL;

  constructor(origin: string) {
    this.origin = new URL(origin);
    this.#client = new Client(`http://127.0.0.1:${this.origin.port}`, { pipelining: 1 });
  }

  send(path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
    const form = typeof body === 'object';
    const payload = form ? new URLSearchParams(body).toString() : body;
    const typed: Record<string, string> = { host: this.origin.host, ...headers };
    if (form) typed['content-type'] = 'application/x-www-form-urlencoded';
    return new Promise((resolve, reject) => {
      this.#client.dispatch({ path, method, headers: typed, body: payload ?? null }, readingInto(resolve, reject));
    });
  }

  close(): void {
    this.#client.destroy().catch(() => undefined);
  }
}

function readingInto(resolve: (answer: Answer) => void, reject: (error: Error) => void): Dispatcher.DispatchHandler {
  let status = 0;
  let headers: IncomingHttpHeaders = {};
  const chunks: Buffer[] = [];
  return {
    onRequestStart: () => undefined,
    onResponseStart: (_controller, code, told) => {
      status = code;
      const { 'set-cookie': cookies } = told;
      headers = typeof cookies === 'string' ? { ...told, 'set-cookie': [cookies] } : (told as IncomingHttpHeaders);
    },
    onResponseData: (_controller, chunk) => {
      chunks.push(chunk);
    },
    onResponseEnd: () => resolve({ status, headers, text: Buffer.concat(chunks).toString() }),
    onResponseError: (_controller, error) => reject(error),
  };
}

/** Holds cookies and follows redirects as long as they stay with the server. */
export class Browser {
  readonly #cookies = new Map<string, string>();
  readonly connection: Connection;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(connection: Connection, headers: Readonly<Record<string, string>> = {}) {
    this.connection = connection;
    this.#headers = headers;
  }

  /** Goes to an address and follows redirects; ends on a page, or on the address of another site. */
  async go(address: string, sent: Sent = {}): Promise<{ page?: Answer; path: string; left?: URL }> {
    let next = new URL(address, this.connection.origin);
    let how: Sent = sent;
    for (let hops = 0; hops < 10; hops += 1) {
      if (next.origin !== this.connection.origin.origin) return { left: next, path: '' };
      const path = next.pathname + next.search;
      const answer = await this.#send(path, how);
      const { location } = answer.headers;
      if (!location || answer.status < 300 || answer.status > 399) return { page: answer, path };
      next = new URL(location, next);
      how = {};
    }
    throw new Error(`more than ten redirects from ${address}`);
  }

  async #send(path: string, sent: Sent): Promise<Answer> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await this.connection.send(path, {
      ...sent,
      headers: { ...this.#headers, ...sent.headers, ...(cookie && { cookie }) },
    });
    for (const line of answer.headers['set-cookie'] ?? []) this.#keep(line);
    return answer;
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';', 1);
    const at = pair.indexOf('=');
    const gone = /expires=Thu, 01 Jan 1970/i.test(line);
    if (gone) this.#cookies.delete(pair.slice(0, at));
    else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1));
  }
}

export interface Run {
  readonly done: number;
  readonly errors: number;
  /** What the first error said. */
  readonly firstError?: string;
  readonly seconds: number;
  /** Milliseconds from asking to having. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Runs `step` in a loop on every worker for a while, or so many times. A step that throws is an error, and is not counted as done. */
export async function drive(
  workers: number,
  seconds: number,
  step: (worker: number) => Promise<unknown>,
  most = Number.POSITIVE_INFINITY,
): Promise<Run> {
  const times: number[] = [];
  let errors = 0;
  let firstError: string | undefined;
  const start = performance.now();
  const deadline = start + seconds * 1000;
  let begun = 0;
  const loop = async (worker: number) => {
    for (let now = performance.now(); now < deadline && begun < most; ) {
      begun += 1;
      try {
        await step(worker);
        const after = performance.now();
        times.push(after - now);
        now = after;
      } catch (error) {
        errors += 1;
        firstError ??= error instanceof Error ? error.message : String(error);
        now = performance.now();
        if (errors > 1000) return;
      }
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, worker) => loop(worker)));
  const took = (performance.now() - start) / 1000;
  return {
    done: times.length,
    errors,
    ...(firstError !== undefined && { firstError }),
    seconds: took,
    p50: quantile(times, 0.5),
    p95: quantile(times, 0.95),
    p99: quantile(times, 0.99),
  };
}

/** Throws unless the answer has the status; what came instead is in the message. */
export function expectStatus(answer: Answer, status: number): Answer {
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${answer.text.slice(0, 200).replaceAll(/\s+/g, ' ')}`);
  return answer;
}
