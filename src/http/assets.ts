// Style sheet, drawings and the one script: read once at start, served from memory under a name that changes with their content.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type Koa from 'koa';
import { Refusal } from '../errors.ts';

const types = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;

interface Asset {
  readonly body: Buffer;
  readonly type: string;
  readonly digest: string;
}

// Beside this file in the sources and in what the build makes of them.
const folder = new URL('../../views/assets/', import.meta.url);

const assets: ReadonlyMap<string, Asset> = new Map(
  readdirSync(folder)
    .filter((name) => extensionOf(name) in types)
    .map((name) => {
      const read = readFileSync(new URL(name, folder));
      const body = extensionOf(name) === 'css' ? tight(read) : read;
      const digest = createHash('sha256').update(body).digest('base64url').slice(0, 12);
      return [name, { body, type: types[extensionOf(name)], digest }];
    }),
);

/** The address of an asset, which may be kept for ever: it changes with the content. */
export function assetPath(name: string): string {
  return `/assets/${name}?v=${assets.get(name)?.digest ?? ''}`;
}

/** Serves `/assets/:name`; only what was there at start exists. */
export async function serveAsset(ctx: Koa.Context): Promise<void> {
  const asset = assets.get(String(ctx.params.name));
  if (!asset) throw new Refusal('not_found', 'no such asset');
  ctx.set(
    'Cache-Control',
    ctx.query.v === asset.digest ? 'public, max-age=31536000, immutable' : 'public, max-age=300',
  );
  ctx.type = asset.type;
  ctx.etag = asset.digest;
  ctx.status = 200;
  if (ctx.fresh) ctx.status = 304;
  else ctx.body = asset.body;
}

/** A style sheet without what only its readers need: comments, and blanks that mean nothing. */
function tight(sheet: Buffer): Buffer {
  const text = sheet
    .toString('utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/ ?([{};,]) ?/g, '$1')
    .replaceAll(': ', ':')
    .replaceAll(';}', '}');
  return Buffer.from(text.trim());
}

function extensionOf(name: string): keyof typeof types {
  return name.slice(name.lastIndexOf('.') + 1) as keyof typeof types;
}
