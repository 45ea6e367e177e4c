// Where the databases of the tests lie: in memory where there is room, since nothing of them outlives the run.
import { statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
const ROOM = 2 ** 31;

export function scratch(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY);
    if (bavail * bsize >= ROOM) return MEMORY;
  } catch {
    // this system has none
  }
  return tmpdir();
}
