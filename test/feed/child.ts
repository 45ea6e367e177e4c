// A process that imports one export and may be killed at any moment: `child.ts DATABASE PATH AT`.
import { importFeed } from '../../src/feed/feed.ts';
import { openDatabase } from '../../src/storage/storage.ts';

const [url = '', path = '', at = ''] = process.argv.slice(2);
const db = openDatabase(url);
await importFeed(db, { path, at: Number(at) });
await db.destroy();
