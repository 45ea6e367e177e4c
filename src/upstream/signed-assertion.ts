// What an assertion says, read from the very bytes that were signed: for us, now, in answer to a request of ours.
import type { Assertion } from './assertion.ts';
import { referencesIn } from './assertion.ts';
import { namespaces, need } from './shape.ts';
import type { Provider } from './sheet.ts';
import { type Element, readXml, within } from './xml.ts';

/** Whom an assertion must be for, and where it must have been sent. */
export interface Us {
  readonly entityId: string;
  /** Where responses are posted. */
  readonly consumer: string;
}

/** How far the clocks of others may be from ours, and how old an assertion may be; milliseconds. */
export const SKEW = 60_000;
export const OLDEST = 5 * 60_000;

const BEARER = 'urn:oasis:names:tc:SAML:2.0:cm:bearer';
const PERSISTENT = 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent';

/**
 * Reads an assertion that a provider signed. Throws `Refused`, with what is wrong: another issuer, audience or recipient,
 * too early, too late, in answer to nothing, or nobody that can be known again.
 */
export function readAssertion(
  signedXml: string,
  { provider, us, at }: { provider: Provider; us: Us; at: number },
): { assertion: Assertion; id: string; request: string } {
  const root = readXml(signedXml);
  need(root.name === 'Assertion' && root.namespace === namespaces.assertion, 'not an assertion');
  need(root.attributes.get('Version') === '2.0', 'not SAML 2.0');
  need(one(root, 'Issuer').text === provider.entityId, 'another issuer');
  const issued = instant(root.attributes.get('IssueInstant'));
  need(issued <= at + SKEW && issued > at - OLDEST - SKEW, 'issued too long ago, or later');
  requireConditions(one(root, 'Conditions'), { us, at });
  const subject = one(root, 'Subject');
  const request = confirmed(subject, { us, at });
  const statements = several(root, 'AuthnStatement');
  need(statements.length === 1, 'not one authentication');
  const authenticated = instant(statements[0]?.attributes.get('AuthnInstant'));
  need(authenticated <= at + SKEW, 'authenticated later');
  const id = root.attributes.get('ID') ?? '';
  need(id !== '', 'no id');
  const attributes = several(root, 'AttributeStatement').flatMap((statement) => several(statement, 'Attribute'));
  const references = referencesIn(valuesOf(attributes, provider.references), provider.academies);
  return {
    assertion: {
      provider: provider.id,
      subject: subjectOf(provider, subject, attributes),
      references,
      at: authenticated,
    },
    id,
    request,
  };
}

/** For us, and now. */
function requireConditions(conditions: Element, { us, at }: { us: Us; at: number }): void {
  requireTime(conditions, at);
  const restrictions = several(conditions, 'AudienceRestriction');
  need(restrictions.length > 0, 'for no audience');
  for (const restriction of restrictions)
    need(
      several(restriction, 'Audience').some(({ text }) => text === us.entityId),
      'for another audience',
    );
}

/** The request that it answers, as the bearer must show it: sent here, in time. */
function confirmed(subject: Element, { us, at }: { us: Us; at: number }): string {
  const bearers = several(subject, 'SubjectConfirmation').filter(
    ({ attributes }) => attributes.get('Method') === BEARER,
  );
  need(bearers.length === 1 && bearers[0] !== undefined, 'not one bearer');
  const data = one(bearers[0], 'SubjectConfirmationData');
  need(data.attributes.get('Recipient') === us.consumer, 'for another recipient');
  need(data.attributes.get('NotOnOrAfter') !== undefined, 'without an end');
  requireTime(data, at);
  const request = data.attributes.get('InResponseTo') ?? '';
  need(request !== '', 'in answer to nothing');
  return request;
}

function requireTime({ attributes }: Element, at: number): void {
  const [from, until] = [attributes.get('NotBefore'), attributes.get('NotOnOrAfter')];
  need(from === undefined || instant(from) <= at + SKEW, 'too early');
  need(until === undefined || at - SKEW < instant(until), 'too late');
}

/** What the provider calls the person for good. */
function subjectOf(provider: Provider, subject: Element, attributes: readonly Element[]): string {
  const values =
    provider.subject === 'NameID'
      ? several(subject, 'NameID').flatMap(({ attributes: said, text }) =>
          said.get('Format') === PERSISTENT ? [text] : [],
        )
      : valuesOf(attributes, provider.subject);
  const [value = '', ...more] = [...new Set(values.map((text) => text.trim()))];
  need(more.length === 0 && value !== '' && value.length <= 1000, 'nobody who can be known again');
  return value;
}

function valuesOf(attributes: readonly Element[], name: string): string[] {
  return attributes
    .filter((attribute) => attribute.attributes.get('Name') === name)
    .flatMap((attribute) => several(attribute, 'AttributeValue').map(({ text }) => text));
}

function several(element: Element, name: string): Element[] {
  return within(element, namespaces.assertion, name);
}

function one(element: Element, name: string): Element {
  const [found, ...more] = several(element, name);
  need(found !== undefined && more.length === 0, `not one ${name}`);
  return found;
}

/** An instant as SAML writes them, UTC milliseconds. */
function instant(text: string | undefined): number {
  const read =
    text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  need(!Number.isNaN(read), 'not an instant');
  return read;
}
