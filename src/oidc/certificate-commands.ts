// `preau certificates` and `preau client certificate`: who is known by which certificate, and what must be renewed when.
import { type ParseArgsConfig, parseArgs } from 'node:util';
import type { Command, CommandContext } from '../command.ts';
import { Refusal } from '../errors.ts';
import { readCertificate } from './certificate-faults.ts';
import { subjectOf } from './certificate-names.ts';
import { datesOf, readPem, thumbprintOf } from './certificates.ts';
import { type CertificateLife, certificateLives, type Lent, SPOKEN_OF } from './expiry.ts';
import { addCertificate, findModule, type NewModule, removeCertificate } from './modules.ts';

/** `preau certificates [--json]` */
export async function certificatesCommand(
  { db, config, args, print }: CommandContext,
  lent: readonly Lent[] = [],
): Promise<void> {
  const { values } = parsed(args, { json: { type: 'boolean' } });
  const lives = await certificateLives(db, config, Date.now(), lent);
  if (values.json) return print(JSON.stringify(lives.map(toJson)));
  if (lives.length === 0) print('Aucun certificat : ni le service ni les modules n’en montrent.');
  for (const life of lives) print(lineOf(life, Date.now()));
}

/** `preau client certificate add|list|remove`. None has an option: a thumbprint may begin as one does. */
export const moduleCertificatesCommand: Command = async ({ args: [act = '', ...given], ...context }) => {
  const run = Object.hasOwn(acts, act) ? acts[act] : undefined;
  if (!run || given.length !== run.takes)
    throw new Refusal('bad_argument', 'expected `add ID PEM`, `list ID` or `remove ID EMPREINTE`');
  await run.act(context, given as [string, string]);
};

interface Act {
  readonly takes: number;
  readonly act: (context: Omit<CommandContext, 'args'>, given: [client: string, what: string]) => Promise<void>;
}

const acts: Readonly<Record<string, Act>> = {
  add: {
    takes: 2,
    act: async ({ db, print }, [client, file]) => {
      const [certificate] = derOf([file]);
      await addCertificate(db, { client, certificate: certificate! }, { actor: 'command', at: Date.now() });
      print(`Certificat ajouté au module ${client} : il est reconnu dans la seconde.`);
    },
  },
  list: {
    takes: 1,
    act: async ({ db, print }, [client]) => {
      const { certificates = [] } = await findModule(db, client);
      if (certificates.length === 0) print('Ce module n’a pas de certificat à lui.');
      for (const certificate of certificates.flatMap((text) => readCertificate(text) ?? []))
        print(
          `${thumbprintOf(certificate.raw)}\t${subjectOf(certificate)}\tjusqu’au ${new Date(datesOf(certificate).until).toISOString()}`,
        );
    },
  },
  remove: {
    takes: 2,
    act: async ({ db, print }, [client, thumbprint]) => {
      await removeCertificate(db, { client, thumbprint }, { actor: 'command', at: Date.now() });
      print(`Certificat retiré au module ${client} : le service le refuse dans la seconde.`);
    },
  },
};

/** What is asked of a new module's certificates: files of its own, the name in a file, or a name as it is written. */
export function certificatesAsked(values: {
  auth?: string | undefined;
  certificate?: string[] | undefined;
  'certificate-dn'?: string | undefined;
  'certificate-dns'?: string | undefined;
}): Pick<NewModule, 'certificateSubject' | 'certificates'> {
  const { auth, certificate: files = [], 'certificate-dn': dn, 'certificate-dns': dns } = values;
  if ([files.length > 0, dn !== undefined, dns !== undefined].filter(Boolean).length > 1)
    throw new Refusal('bad_argument', 'expected one of `--certificate`, `--certificate-dn` and `--certificate-dns`');
  if (dn !== undefined) return { certificateSubject: { dn } };
  if (dns !== undefined) return { certificateSubject: { dns } };
  if (files.length === 0) return {};
  const certificates = derOf(files);
  if (auth !== 'tls_client_auth') return { certificates };
  const [certificate, ...others] = certificates.flatMap((text) => readCertificate(text) ?? []);
  if (!certificate || others.length > 0)
    throw new Refusal('bad_argument', 'expected one certificate with `tls_client_auth`: its name is what is kept');
  return { certificateSubject: { dn: subjectOf(certificate) } };
}

/** The certificate in each file, the first where several stand: those that follow are its authorities. */
function derOf(files: readonly string[]): string[] {
  return files.map((file) => {
    const [certificate] = pemIn(file);
    if (!certificate) throw new Refusal('bad_argument', `expected a certificate in \`${file}\``);
    return certificate.raw.toString('base64');
  });
}

function pemIn(file: string) {
  try {
    return readPem(file, file);
  } catch {
    throw new Refusal('bad_argument', `expected a PEM file that can be read at \`${file}\``);
  }
}

const kinds: Readonly<Record<CertificateLife['kind'], string>> = {
  server: 'ce service',
  authority: 'autorité',
  revocation: 'liste de révocation',
  registered: 'module, inscrit',
  seen: 'module, montré',
  provider: 'fournisseur d’identité',
};

function lineOf(life: CertificateLife, at: number): string {
  const { kind, client = '-', subject, endsAt } = life;
  return [kinds[kind], client, subject, wordOf(life, at), new Date(endsAt).toISOString()].join('\t');
}

function wordOf({ kind, state, endsAt }: CertificateLife, at: number): string {
  const days = Math.max(0, Math.floor((endsAt - at) / (24 * 3600_000)));
  return {
    good: kind === 'revocation' ? 'à jour' : `bon plus de ${SPOKEN_OF} jours`,
    soon: `À RENOUVELER : finit dans ${days} jour(s)`,
    ended: 'FINI : refusé',
    followed: 'remplacé',
  }[state];
}

function toJson({ endsAt, seenAt, ...life }: CertificateLife) {
  return {
    ...life,
    ends: new Date(endsAt).toISOString(),
    ...(seenAt !== undefined && { seen: new Date(seenAt).toISOString() }),
  };
}

function parsed<const T extends NonNullable<ParseArgsConfig['options']>>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new Refusal('bad_argument', (error as Error).message);
  }
}
