// Forms with a file: read as they come, the file kept in memory up to its cap and no further, what was typed kept whatever becomes of it.
import type { IncomingMessage } from 'node:http';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import type Koa from 'koa';
import { Refusal } from '../errors.ts';
import { formBody } from './forms.ts';

/** What is read of a request at all, in bytes: an answer about a file that is too big comes once it was sent. */
const BODY_SIZE = 64 * 1024 * 1024;

/** How many files are held at the same time: with their size, all the memory that they take. */
const MOST_AT_ONCE = 8;

const limits = {
  fieldNameSize: 100,
  fieldSize: 16 * 1024,
  fields: 200,
  files: 1,
  parts: 201,
  headerPairs: 20,
};

type File = Buffer | 'too_large';

interface Form {
  readonly fields: Record<string, unknown>;
  readonly files: ReadonlyMap<string, File>;
}

/** The files of a request, by the field that they came in. */
const received = new WeakMap<object, Form['files']>();

/**
 * Parses a posted form, with a file of at most `fileSize` bytes or without, so that `field` reads what was typed and
 * `fileIn` what was sent. To be put behind whatever lets only those in who may send one.
 */
export function uploadBody({ fileSize }: { fileSize: number }): Koa.Middleware[] {
  let reading = 0;
  const multipart: Koa.Middleware = async (ctx, next) => {
    if (!ctx.is('multipart/form-data') || ctx.get('Content-Encoding')) return next();
    if (Number(ctx.get('Content-Length') || 0) > BODY_SIZE) throw tooLarge(ctx);
    if (reading >= MOST_AT_ONCE) throw new Refusal('unavailable', 'expected fewer files at the same time');
    reading += 1;
    try {
      const { fields, files } = await readForm(ctx, fileSize);
      (ctx.request as { body?: unknown }).body = fields;
      received.set(ctx.req, files);
      await next();
    } finally {
      received.delete(ctx.req);
      reading -= 1;
    }
  };
  const plain: Koa.Middleware[] = formBody.map(
    (step) => (ctx, next) => (received.has(ctx.req) ? next() : step(ctx, next)),
  );
  return [multipart, ...plain];
}

/** The file of a field; none when nothing was chosen. Refuses `file_too_large`. */
export function fileIn(ctx: Koa.Context, name: string): Buffer | undefined {
  const file = received.get(ctx.req)?.get(name);
  if (file === 'too_large') throw new Refusal('file_too_large', `expected \`${name}\` to be a smaller file`);
  return file?.length === 0 ? undefined : file;
}

function readForm(ctx: Koa.Context, fileSize: number): Promise<Form> {
  const { req } = ctx;
  return new Promise((resolve, reject) => {
    const fields: Record<string, unknown> = Object.create(null);
    const files = new Map<string, File>();
    const parser = parserOf(req, fileSize);
    let whole = true;
    let size = 0;
    const fail = (error: Refusal): void => {
      req.unpipe(parser);
      req.resume();
      reject(error);
    };
    parser.on('field', (name, value, nameCut, valueCut) => {
      if (nameCut || valueCut) whole = false;
      // given twice, it is no text: whoever reads it refuses it
      fields[name] = name in fields ? [fields[name], value] : value;
    });
    parser.on('file', (name, stream) => {
      const pieces: Buffer[] = [];
      let cut = false;
      stream.on('data', (piece: Buffer) => {
        if (!cut) pieces.push(piece);
      });
      stream.on('limit', () => {
        cut = true;
        pieces.length = 0;
      });
      stream.on('end', () => files.set(name, cut ? 'too_large' : Buffer.concat(pieces)));
    });
    for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const)
      parser.on(limit, () => {
        whole = false;
      });
    parser.on('error', () => fail(notAForm()));
    parser.on('finish', () => (whole ? resolve({ fields, files }) : reject(notAForm())));
    req.on('data', (piece: Buffer) => {
      size += piece.length;
      if (size > BODY_SIZE) fail(tooLarge(ctx));
    });
    req.on('close', () => {
      if (!req.complete) reject(notAForm());
    });
    req.pipe(parser);
  });
}

function parserOf(req: IncomingMessage, fileSize: number): BusboyInstance {
  try {
    return new Busboy({ headers: req.headers as BusboyHeaders, limits: { ...limits, fileSize } });
  } catch {
    throw notAForm(); // no boundary, or none that is one
  }
}

function notAForm(): Refusal {
  return new Refusal('bad_request', 'expected a form as browsers send it, with one file at most');
}

function tooLarge(ctx: Koa.Context): Refusal {
  ctx.set('Connection', 'close'); // what is left of it is not read
  return new Refusal('body_too_large', `expected at most ${BODY_SIZE} bytes`);
}
