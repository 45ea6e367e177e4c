// What the module asks Préau: which logbooks a person may read, and, at every view and every write, whether they may now.
import { z } from 'zod';
import { type Claims, childrenTold } from './claims.ts';
import { type RelyingParty, reach, remembered } from './relying-party.ts';

export type Action = 'read' | 'write';

const logbook = z.object({
  id: z.string(),
  school: z.string(),
  school_name: z.string(),
  audience: z.string(),
  audience_kind: z.enum(['class', 'group']),
  subject: z.string(),
  rule: z.string(),
  reason: z.string(),
  actions: z.array(z.string()),
  children: z.array(z.string()).optional(),
});

/** A logbook a person may read, with the rule that lets them and its sentence in French. */
export type ReadableLogbook = z.infer<typeof logbook>;

const family = z.object({ children: childrenTold });

const evaluation = z.object({
  decision: z.boolean(),
  context: z.object({ reason_user: z.object({ code: z.string(), fr: z.string() }) }).optional(),
});

export interface Decision {
  readonly allowed: boolean;
  readonly rule?: string | undefined;
  /** In French. */
  readonly reason?: string | undefined;
}

export interface Rights {
  /** The logbooks a person may read now. */
  logbooksOf(sub: string): Promise<ReadableLogbook[]>;
  /** The children of a person as they stand now, whatever was said at sign-in. */
  childrenOf(sub: string): Promise<Claims['children']>;
  /** Whether a person may read or write a logbook now. */
  may(sub: string, action: Action, logbook: string): Promise<Decision>;
}

export function openRights(issuer: string, party: RelyingParty): Rights {
  const ask = async (url: string, options: { method: string; body?: string }): Promise<unknown> => {
    let response = await asked(url, options, await party.accessToken());
    if (response.status === 401) {
      // Préau may have changed its keys since: one new token, one more try
      party.forgetAccessToken();
      response = await asked(url, options, await party.accessToken());
    }
    if (!response.ok)
      throw new Error(`Préau answered ${response.status} to ${options.method} ${new URL(url).pathname}`);
    return response.json();
  };
  const evaluationEndpoint = remembered(() => discoverDecisionPoint(issuer));

  return {
    async logbooksOf(sub) {
      const query = new URLSearchParams({ subject: sub, action: 'read' });
      return z.array(logbook).parse(await ask(`${issuer}/api/v1/logbooks?${query}`, { method: 'GET' }));
    },
    async childrenOf(sub) {
      const query = new URLSearchParams({ subject: sub });
      return family.parse(await ask(`${issuer}/api/v1/family?${query}`, { method: 'GET' })).children;
    },
    async may(sub, action, id) {
      const body = JSON.stringify({
        subject: { type: 'user', id: sub },
        action: { name: action },
        resource: { type: 'logbook', id },
        context: { explain: true },
      });
      const { decision, context } = evaluation.parse(await ask(await evaluationEndpoint(), { method: 'POST', body }));
      return { allowed: decision, rule: context?.reason_user.code, reason: context?.reason_user.fr };
    },
  };
}

async function discoverDecisionPoint(issuer: string): Promise<string> {
  const response = await reach(`${issuer}/.well-known/authzen-configuration`);
  const metadata = z
    .object({ policy_decision_point: z.literal(issuer), access_evaluation_endpoint: z.url() })
    .parse(await response.json());
  return metadata.access_evaluation_endpoint;
}

function asked(url: string, { method, body }: { method: string; body?: string }, token: string): Promise<Response> {
  return reach(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      'accept-language': 'fr',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
}
