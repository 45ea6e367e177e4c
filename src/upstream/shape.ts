// What a response may look like before anybody looks at its signature: one assertion, and signatures over what holds them.
import { type Element, everyElement, Refused, within } from './xml.ts';

export const namespaces = {
  protocol: 'urn:oasis:names:tc:SAML:2.0:protocol',
  assertion: 'urn:oasis:names:tc:SAML:2.0:assertion',
  signature: 'http://www.w3.org/2000/09/xmldsig#',
} as const;

const SUCCESS = 'urn:oasis:names:tc:SAML:2.0:status:Success';

const signatureMethods = new Set([
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
]);
const digestMethods = new Set([
  'http://www.w3.org/2001/04/xmlenc#sha256',
  'http://www.w3.org/2001/04/xmldsig-more#sha384',
  'http://www.w3.org/2001/04/xmlenc#sha512',
]);
const EXCLUSIVE = ['http://www.w3.org/2001/10/xml-exc-c14n#', 'http://www.w3.org/2001/10/xml-exc-c14n#WithComments'];
const canonicalizations = new Set(EXCLUSIVE);
const transforms = new Set(['http://www.w3.org/2000/09/xmldsig#enveloped-signature', ...EXCLUSIVE]);

/** Names under which some reader may look an element up. */
const identifiers = ['ID', 'Id', 'id', 'iD', 'xml:id'];

/**
 * Requires a response with one assertion, straight in it; ids that are each once; and no signature but, at most one each,
 * straight in the response and in the assertion, over the very element that holds it. Says which of the two are signed:
 * whether the signatures hold is for others. Throws `Refused`.
 */
export function requireShape(root: Element): {
  readonly assertion: Element;
  readonly signed: { response: boolean; assertion: boolean };
} {
  need(root.name === 'Response' && root.namespace === namespaces.protocol, 'not a response');
  need(root.attributes.get('Version') === '2.0', 'not SAML 2.0');
  const [status, ...statuses] = within(root, namespaces.protocol, 'Status');
  const [code, ...codes] = status ? within(status, namespaces.protocol, 'StatusCode') : [];
  need(statuses.length === 0 && codes.length === 0 && code?.attributes.get('Value') === SUCCESS, 'no success');
  const all = [...everyElement(root)];
  need(
    all.every(({ name }) => name !== 'EncryptedAssertion' && name !== 'EncryptedID' && name !== 'EncryptedAttribute'),
    'encrypted',
  );
  const assertions = all.filter(({ name }) => name === 'Assertion');
  const [assertion] = within(root, namespaces.assertion, 'Assertion');
  need(assertions.length === 1 && assertion !== undefined, 'not one assertion');
  need(all.filter(({ name }) => name === 'Response').length === 1, 'a response inside');
  const ids = all.flatMap(({ attributes }) => identifiers.flatMap((name) => attributes.get(name) ?? []));
  need(new Set(ids).size === ids.length, 'an id twice');
  const signed = { response: isSigned(root), assertion: isSigned(assertion) };
  const signatures = all.filter(({ name }) => name === 'Signature').length;
  need(signatures === Number(signed.response) + Number(signed.assertion), 'a signature elsewhere');
  return { assertion, signed };
}

/** Whether an element holds its own signature, over itself and nothing else. */
function isSigned(element: Element): boolean {
  const [signature, ...more] = within(element, namespaces.signature, 'Signature');
  need(more.length === 0, 'several signatures');
  if (!signature) return false;
  const [info, ...infos] = within(signature, namespaces.signature, 'SignedInfo');
  need(info !== undefined && infos.length === 0 && onlyOnce(signature, 'SignedInfo'), 'not one SignedInfo');
  need(onlyOnce(signature, 'SignatureValue') && onlyOnce(signature, 'Reference'), 'not one reference');
  need(![...everyElement(signature)].some(({ name }) => name === 'Object'), 'an object in the signature');
  const [reference] = within(info, namespaces.signature, 'Reference');
  const id = element.attributes.get('ID');
  need(id !== undefined && id !== '' && reference?.attributes.get('URI') === `#${id}`, 'signed something else');
  need(
    algorithms(info, 'SignatureMethod').every((one) => signatureMethods.has(one)),
    'weak signature',
  );
  need(
    algorithms(info, 'CanonicalizationMethod').every((one) => canonicalizations.has(one)),
    'canonicalization',
  );
  need(
    algorithms(reference, 'DigestMethod').every((one) => digestMethods.has(one)),
    'weak digest',
  );
  const changes = [...everyElement(reference)].filter(({ name }) => name === 'Transform');
  need(
    changes.length > 0 && changes.every(({ attributes }) => transforms.has(attributes.get('Algorithm') ?? '')),
    'transforms',
  );
  return true;
}

function onlyOnce(element: Element, name: string): boolean {
  return [...everyElement(element)].filter((one) => one.name === name).length === 1;
}

/** The algorithm of a member that stands once. */
function algorithms(element: Element, name: string): string[] {
  const found = within(element, namespaces.signature, name);
  need(found.length === 1, `not one ${name}`);
  return found.map(({ attributes }) => attributes.get('Algorithm') ?? '');
}

/** Throws `Refused` with the reason unless something holds. */
export function need(holds: boolean, why: string): asserts holds {
  if (!holds) throw new Refused(why);
}
