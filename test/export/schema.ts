// Holds files against what the national GAR takes of each degree: our own schemas, written from its tables.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XmlDocument, XmlValidateError, XsdValidator } from 'libxml2-wasm';
import type { Degree } from '../../src/export/elements.ts';

const schemas: Readonly<Record<Degree, XsdValidator>> = { 1: opened('gar-ent-1d.xsd'), 2: opened('gar-ent.xsd') };

/** What is wrong with a file, in the validator's words; nothing when it is valid. */
export function faultOf(degree: Degree, xml: string | Buffer): string | undefined {
  const document = typeof xml === 'string' ? XmlDocument.fromString(xml) : XmlDocument.fromBuffer(xml);
  try {
    schemas[degree].validate(document);
    return undefined;
  } catch (error) {
    if (error instanceof XmlValidateError) return error.message;
    throw error;
  } finally {
    document.dispose();
  }
}

function opened(name: string): XsdValidator {
  return XsdValidator.fromDoc(XmlDocument.fromBuffer(readFileSync(join(import.meta.dirname, name))));
}
