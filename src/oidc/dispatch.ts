// The news of a sign-out, told to modules beside the request: it makes nobody wait, and no module makes another wait.

/** One module to tell that a session has ended. */
export interface LogoutNotice {
  readonly client: string;
  /** Tells it once; throws when it did not take it. */
  readonly deliver: () => Promise<unknown>;
}

export interface Dispatch {
  /** Takes a notice and returns at once. */
  send(notice: LogoutNotice): void;
  /** Tries nothing again; resolves when what is ready has been told, and soon in any case. */
  close(): Promise<void>;
}

/** How many modules are called at once, and how often the same one: one that hangs leaves room for the others. */
const AT_ONCE = 60;
const AT_ONCE_EACH = 4;

/** Before the second try and the third, milliseconds. */
const WAITS = [2_000, 15_000];

/** How many notices are kept for one module. */
const MOST_KEPT = 2_000;

/** How long closing waits for what is under way, milliseconds. */
const LEAVE_WITHIN = 1_500;

interface Try {
  readonly notice: LogoutNotice;
  readonly before: number;
}

/** The notices for one module; `kept` counts those that are ready, under way, or resting between two tries. */
interface Queue {
  ready: Try[];
  running: number;
  kept: number;
}

/** Delivers notices: three tries, each module in its turn, then `told(client, false)`. */
export function openDispatch(told: (client: string, delivered: boolean) => void): Dispatch {
  const queues = new Map<string, Queue>();
  const running = new Set<Promise<void>>();
  const resting = new Map<NodeJS.Timeout, () => void>();
  let closed = false;

  const end = (client: string, queue: Queue, delivered: boolean): void => {
    queue.kept -= 1;
    if (queue.kept === 0) queues.delete(client);
    told(client, delivered);
  };
  const attempt = async (queue: Queue, { notice, before }: Try): Promise<void> => {
    const { client, deliver } = notice;
    const delivered = await deliver().then(
      () => true,
      () => false,
    );
    const wait = delivered || closed ? undefined : WAITS[before];
    if (wait === undefined) return end(client, queue, delivered);
    const timer = setTimeout(() => {
      resting.delete(timer);
      queue.ready.push({ notice, before: before + 1 });
      next();
    }, wait);
    timer.unref();
    resting.set(timer, () => end(client, queue, false));
  };
  const next = (): void => {
    for (const [client, queue] of queues) {
      if (running.size >= AT_ONCE) return;
      const one = queue.running < AT_ONCE_EACH ? queue.ready.shift() : undefined;
      if (!one) continue;
      queues.delete(client); // whoever is served goes to the end of the line, where this loop finds it again
      queues.set(client, queue);
      queue.running += 1;
      const run = attempt(queue, one).finally(() => {
        queue.running -= 1;
        running.delete(run);
        next();
      });
      running.add(run);
    }
  };
  const drop = (): void => {
    for (const [timer, giveUp] of resting) {
      clearTimeout(timer);
      giveUp();
    }
    resting.clear();
  };
  return {
    send: (notice) => {
      const queue = queues.get(notice.client) ?? { ready: [], running: 0, kept: 0 };
      if (closed || queue.kept >= MOST_KEPT) return told(notice.client, false);
      queues.set(notice.client, queue);
      queue.kept += 1;
      queue.ready.push({ notice, before: 0 });
      setImmediate(next);
    },
    close: async () => {
      await new Promise((resolve) => setImmediate(resolve)); // what was sent this instant is still told
      closed = true;
      drop();
      await atMost(LEAVE_WITHIN, async () => {
        while (running.size > 0) await Promise.race(running);
      });
      for (const [client, queue] of queues) for (const _one of queue.ready.splice(0)) end(client, queue, false);
    },
  };
}

/** Waits for work, and no longer than that. */
async function atMost(milliseconds: number, work: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work(), late]);
  clearTimeout(timer);
}
