// Every migration in order. Forward only; frozen once released. Names never change.
import type { Knex } from 'knex';
import { up as spine } from './0001_spine.ts';
import { up as oidc } from './0002_oidc.ts';
import { up as accounts } from './0003_accounts.ts';
import { up as feed } from './0004_feed.ts';
import { up as rights } from './0005_rights.ts';
import { up as decisions } from './0006_decisions.ts';
import { up as policy } from './0007_policy.ts';
import { up as absences } from './0008_absences.ts';
import { up as machineKeys } from './0009_machine_keys.ts';
import { up as inspections } from './0010_inspections.ts';
import { up as accountMoves } from './0011_accounts.ts';
import { up as factors } from './0012_factors.ts';
import { up as mail } from './0013_mail.ts';
import { up as families } from './0014_families.ts';
import { up as privacy } from './0015_privacy.ts';
import { up as requests } from './0016_requests.ts';
import { up as notices } from './0017_notices.ts';
import { up as circles } from './0018_circles.ts';
import { up as withdrawn } from './0019_withdrawn.ts';
import { up as resources } from './0020_resources.ts';
import { up as workstations } from './0021_workstations.ts';
import { up as offers } from './0022_offers.ts';
import { up as registry } from './0023_registry.ts';
import { up as licences } from './0024_licences.ts';
import { up as publishers } from './0025_publishers.ts';
import { up as usage } from './0026_usage.ts';
import { up as certificates } from './0027_certificates.ts';
import { up as levels } from './0028_levels.ts';
import { up as publishersAsking } from './0029_publishers_asking.ts';
import { up as garExport } from './0030_gar_export.ts';
import { up as upstream } from './0031_upstream.ts';
import { up as codeHands } from './0032_code_hands.ts';
import { up as mandates } from './0033_mandates.ts';
import { up as freeResources } from './0034_free_resources.ts';
import { up as civility } from './0035_civility.ts';
import { up as visitEnds } from './0036_visit_ends.ts';
import { up as validatedResources } from './0037_validated_resources.ts';
import { up as unheard } from './0038_unheard.ts';

export interface Migration {
  readonly name: string;
  readonly up: (db: Knex) => Promise<void>;
}

export const migrationList = [
  { name: '0001_spine', up: spine },
  { name: '0002_oidc', up: oidc },
  { name: '0003_accounts', up: accounts },
  { name: '0004_feed', up: feed },
  { name: '0005_rights', up: rights },
  { name: '0006_decisions', up: decisions },
  { name: '0007_policy', up: policy },
  { name: '0008_absences', up: absences },
  { name: '0009_machine_keys', up: machineKeys },
  { name: '0010_inspections', up: inspections },
  { name: '0011_accounts', up: accountMoves },
  { name: '0012_factors', up: factors },
  { name: '0013_mail', up: mail },
  { name: '0014_families', up: families },
  { name: '0015_privacy', up: privacy },
  { name: '0016_requests', up: requests },
  { name: '0017_notices', up: notices },
  { name: '0018_circles', up: circles },
  { name: '0019_withdrawn', up: withdrawn },
  { name: '0020_resources', up: resources },
  { name: '0021_workstations', up: workstations },
  { name: '0022_offers', up: offers },
  { name: '0023_registry', up: registry },
  { name: '0024_licences', up: licences },
  { name: '0025_publishers', up: publishers },
  { name: '0026_usage', up: usage },
  { name: '0027_certificates', up: certificates },
  { name: '0028_levels', up: levels },
  { name: '0029_publishers_asking', up: publishersAsking },
  { name: '0030_gar_export', up: garExport },
  { name: '0031_upstream', up: upstream },
  { name: '0032_code_hands', up: codeHands },
  { name: '0033_mandates', up: mandates },
  { name: '0034_free_resources', up: freeResources },
  { name: '0035_civility', up: civility },
  { name: '0036_visit_ends', up: visitEnds },
  { name: '0037_validated_resources', up: validatedResources },
  { name: '0038_unheard', up: unheard },
] as const satisfies readonly Migration[];
