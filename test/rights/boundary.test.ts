// The boundary matrix: every fact of every way of every rule of every action, before, at its start, inside, at its end, after.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Path } from '../../src/facts/paths.ts';
import { policy } from '../../src/rights/policy.ts';
import { type Action, list, may, type ResourceType, who } from '../../src/rights/rights.ts';
import { type Executor, executorNames, openNamed } from './executors.ts';
import { type Line, lineOf, misses } from './ways.ts';
import { DAY, type Drawn, day, plainCast, worldUnder } from './worlds.ts';

/**
 * What is asked | the rule | what it says while the fact in brackets has not begun, begins, lasts, ends, has ended; and
 * without that fact | the way. The other facts of the way last throughout.
 */
const rules = `
logbook read         | owner       | no  yes yes no  no   no  | [me owns logbook]
logbook read         | substitute  | no  yes yes no  no   no  | [me substitutes logbook]
logbook read         | team        | no  yes yes no  no   no  | [logbook audience class], me teaches class
logbook read         | team        | no  yes yes no  no   no  | logbook audience class, [me teaches class]
logbook read         | team        | no  yes yes no  no   no  | [logbook audience class], child enrolled class, child enrolled group, me teaches group
logbook read         | team        | no  yes yes no  no   no  | logbook audience class, [child enrolled class], child enrolled group, me teaches group
logbook read         | team        | no  yes yes no  no   no  | logbook audience class, child enrolled class, [child enrolled group], me teaches group
logbook read         | team        | no  yes yes no  no   no  | logbook audience class, child enrolled class, child enrolled group, [me teaches group]
logbook read         | team        | no  yes yes no  no   no  | [logbook audience group], child enrolled group, child enrolled class, me teaches class
logbook read         | team        | no  yes yes no  no   no  | logbook audience group, [child enrolled group], child enrolled class, me teaches class
logbook read         | team        | no  yes yes no  no   no  | logbook audience group, child enrolled group, [child enrolled class], me teaches class
logbook read         | team        | no  yes yes no  no   no  | logbook audience group, child enrolled group, child enrolled class, [me teaches class]
logbook read         | team        | no  yes yes no  no   no  | [logbook audience group], child enrolled group, child enrolled class, other enrolled class, other enrolled group2, me teaches group2
logbook read         | team        | no  yes yes no  no   no  | logbook audience group, [child enrolled group], child enrolled class, other enrolled class, other enrolled group2, me teaches group2
logbook read         | team        | no  yes yes no  no   no  | logbook audience group, child enrolled group, [child enrolled class], other enrolled class, other enrolled group2, me teaches group2
logbook read         | team        | no  yes yes no  no   no  | logbook audience group, child enrolled group, child enrolled class, [other enrolled class], other enrolled group2, me teaches group2
logbook read         | team        | no  yes yes no  no   no  | logbook audience group, child enrolled group, child enrolled class, other enrolled class, [other enrolled group2], me teaches group2
logbook read         | team        | no  yes yes no  no   no  | logbook audience group, child enrolled group, child enrolled class, other enrolled class, other enrolled group2, [me teaches group2]
logbook read         | colleague   | no  yes yes no  no   no  | [me granted logbook]
logbook read         | inspector   | no  yes yes no  no   no  | [me inspects logbook]
logbook read         | head        | no  yes yes no  no   no  | [logbook ofSchool school], me heads school
logbook read         | head        | no  yes yes no  no   no  | logbook ofSchool school, [me heads school]
logbook read         | deputy      | no  yes yes no  no   no  | [logbook ofSchool school], me deputises school
logbook read         | deputy      | no  yes yes no  no   no  | logbook ofSchool school, [me deputises school]
logbook read         | direction   | no  yes yes no  no   no  | [logbook ofSchool school], me directs school, me post school function=direction
logbook read         | direction   | no  yes yes no  no   no  | logbook ofSchool school, [me directs school], me post school function=direction
logbook read         | direction   | no  yes yes no  no   no  | logbook ofSchool school, me directs school, [me post school function=direction]
logbook read         | school_life | no  yes yes no  no   no  | [logbook audience class], me opened class
logbook read         | school_life | no  yes yes no  no   no  | logbook audience class, [me opened class]
logbook read         | pupil       | no  yes yes no  no   no  | [logbook audience class], me enrolled class
logbook read         | pupil       | no  yes yes no  no   no  | logbook audience class, [me enrolled class]
logbook read         | pupil       | no  yes yes no  no   no  | [logbook audience group], me enrolled group
logbook read         | pupil       | no  yes yes no  no   no  | logbook audience group, [me enrolled group]
logbook read         | guardian    | no  yes yes no  no   no  | [logbook audience class], child enrolled class, me guards child
logbook read         | guardian    | no  yes yes no  no   no  | logbook audience class, [child enrolled class], me guards child
logbook read         | guardian    | no  yes yes no  no   no  | logbook audience class, child enrolled class, [me guards child]
logbook read         | admitted    | no  yes yes no  no   no  | [logbook audience class], child enrolled class, me admitted child
logbook read         | admitted    | no  yes yes no  no   no  | logbook audience class, [child enrolled class], me admitted child
logbook read         | admitted    | no  yes yes no  no   no  | logbook audience class, child enrolled class, [me admitted child]
logbook write        | owner       | no  yes yes no  no   no  | [me owns logbook]
logbook write        | substitute  | no  yes yes no  no   no  | [me substitutes logbook]
logbook visa         | head        | no  yes yes no  no   no  | [logbook ofSchool school], me heads school
logbook visa         | head        | no  yes yes no  no   no  | logbook ofSchool school, [me heads school]
logbook visa         | delegate    | no  yes yes no  no   no  | [logbook ofSchool school], me deputises school, me delegated school act=visa
logbook visa         | delegate    | no  yes yes no  no   no  | logbook ofSchool school, [me deputises school], me delegated school act=visa
logbook visa         | delegate    | no  yes yes no  no   no  | logbook ofSchool school, me deputises school, [me delegated school act=visa]
logbook read_archive | author      | no  yes yes no  no   no  | [me authored logbook]
logbook read_archive | inspector   | no  yes yes no  no   no  | [me inspects logbook]
logbook read_archive | head        | no  yes yes no  no   no  | [logbook archivedAt school], me heads school
logbook read_archive | head        | no  yes yes no  no   no  | logbook archivedAt school, [me heads school]
logbook read_archive | deputy      | no  yes yes no  no   no  | [logbook archivedAt school], me deputises school
logbook read_archive | deputy      | no  yes yes no  no   no  | logbook archivedAt school, [me deputises school]
logbook read_archive | direction   | no  yes yes no  no   no  | [logbook archivedAt school], me directs school, me post school function=direction
logbook read_archive | direction   | no  yes yes no  no   no  | logbook archivedAt school, [me directs school], me post school function=direction
logbook read_archive | direction   | no  yes yes no  no   no  | logbook archivedAt school, me directs school, [me post school function=direction]
logbook grant        | owner       | no  yes yes no  no   no  | [me owns logbook]
logbook request      | staff       | no  yes yes no  no   no  | [logbook ofSchool school], me post school function=teacher
logbook request      | staff       | no  yes yes no  no   no  | logbook ofSchool school, [me post school function=teacher]
logbook request      | staff       | no  yes yes no  no   no  | [logbook ofSchool school], me post school function=librarian
logbook request      | staff       | no  yes yes no  no   no  | logbook ofSchool school, [me post school function=librarian]
logbook request      | staff       | no  yes yes no  no   no  | [logbook ofSchool school], me post school function=school_life
logbook request      | staff       | no  yes yes no  no   no  | logbook ofSchool school, [me post school function=school_life]
logbook request      | territory   | no  yes yes no  no   no  | [logbook ofSchool school], me territory school
logbook request      | territory   | no  yes yes no  no   no  | logbook ofSchool school, [me territory school]
logbook validate     | head        | no  yes yes no  no   no  | [logbook ofSchool school], me heads school
logbook validate     | head        | no  yes yes no  no   no  | logbook ofSchool school, [me heads school]
logbook validate     | delegate    | no  yes yes no  no   no  | [logbook ofSchool school], me deputises school, me delegated school act=validate
logbook validate     | delegate    | no  yes yes no  no   no  | logbook ofSchool school, [me deputises school], me delegated school act=validate
logbook validate     | delegate    | no  yes yes no  no   no  | logbook ofSchool school, me deputises school, [me delegated school act=validate]
logbook validate     | direction   | no  yes yes no  no   no  | [logbook ofSchool school], me directs school, me post school function=direction
logbook validate     | direction   | no  yes yes no  no   no  | logbook ofSchool school, [me directs school], me post school function=direction
logbook validate     | direction   | no  yes yes no  no   no  | logbook ofSchool school, me directs school, [me post school function=direction]
logbook revoke       | owner       | no  yes yes no  no   no  | [me owns logbook]
logbook revoke       | beneficiary | no  yes yes no  no   no  | [me granted logbook]
logbook revoke       | beneficiary | no  yes yes no  no   no  | [me inspects logbook]
logbook revoke       | head        | no  yes yes no  no   no  | [logbook ofSchool school], me heads school
logbook revoke       | head        | no  yes yes no  no   no  | logbook ofSchool school, [me heads school]
logbook revoke       | delegate    | no  yes yes no  no   no  | [logbook ofSchool school], me deputises school, me delegated school act=revoke
logbook revoke       | delegate    | no  yes yes no  no   no  | logbook ofSchool school, [me deputises school], me delegated school act=revoke
logbook revoke       | delegate    | no  yes yes no  no   no  | logbook ofSchool school, me deputises school, [me delegated school act=revoke]
logbook revoke       | direction   | no  yes yes no  no   no  | [logbook ofSchool school], me directs school, me post school function=direction
logbook revoke       | direction   | no  yes yes no  no   no  | logbook ofSchool school, [me directs school], me post school function=direction
logbook revoke       | direction   | no  yes yes no  no   no  | logbook ofSchool school, me directs school, [me post school function=direction]
logbook see_readers  | owner       | no  yes yes no  no   no  | [me owns logbook]
logbook see_readers  | head        | no  yes yes no  no   no  | [logbook ofSchool school], me heads school
logbook see_readers  | head        | no  yes yes no  no   no  | logbook ofSchool school, [me heads school]
logbook see_readers  | deputy      | no  yes yes no  no   no  | [logbook ofSchool school], me deputises school
logbook see_readers  | deputy      | no  yes yes no  no   no  | logbook ofSchool school, [me deputises school]
logbook see_readers  | direction   | no  yes yes no  no   no  | [logbook ofSchool school], me directs school, me post school function=direction
logbook see_readers  | direction   | no  yes yes no  no   no  | logbook ofSchool school, [me directs school], me post school function=direction
logbook see_readers  | direction   | no  yes yes no  no   no  | logbook ofSchool school, me directs school, [me post school function=direction]
logbook see_readers  | author      | no  yes yes no  no   no  | [me authored logbook]
logbook see_readers  | ticket      | no  yes yes no  no   no  | [me ticketed logbook]
logbook see_readers  | head        | no  yes yes no  no   no  | [logbook archivedAt school], me heads school
logbook see_readers  | head        | no  yes yes no  no   no  | logbook archivedAt school, [me heads school]
logbook see_readers  | deputy      | no  yes yes no  no   no  | [logbook archivedAt school], me deputises school
logbook see_readers  | deputy      | no  yes yes no  no   no  | logbook archivedAt school, [me deputises school]
logbook see_readers  | direction   | no  yes yes no  no   no  | [logbook archivedAt school], me directs school, me post school function=direction
logbook see_readers  | direction   | no  yes yes no  no   no  | logbook archivedAt school, [me directs school], me post school function=direction
logbook see_readers  | direction   | no  yes yes no  no   no  | logbook archivedAt school, me directs school, [me post school function=direction]
absence read         | self        | no  yes yes no  no   no  | [absence absenceOf me]
absence read         | replacement | no  yes yes no  no   no  | [me covers absence]
absence read         | secretariat | no  yes yes no  no   no  | [absence absenceAt school], me secretary school
absence read         | secretariat | no  yes yes no  no   no  | absence absenceAt school, [me secretary school]
absence read         | head        | no  yes yes no  no   no  | [absence absenceAt school], me heads school
absence read         | head        | no  yes yes no  no   no  | absence absenceAt school, [me heads school]
absence read         | deputy      | no  yes yes no  no   no  | [absence absenceAt school], me deputises school
absence read         | deputy      | no  yes yes no  no   no  | absence absenceAt school, [me deputises school]
absence read         | direction   | no  yes yes no  no   no  | [absence absenceAt school], me directs school, me post school function=direction
absence read         | direction   | no  yes yes no  no   no  | absence absenceAt school, [me directs school], me post school function=direction
absence read         | direction   | no  yes yes no  no   no  | absence absenceAt school, me directs school, [me post school function=direction]
absence read         | inquiry     | no  yes yes no  no   no  | [me inquires absence]
absence write        | self        | no  yes yes no  no   no  | [absence absenceOf me]
absence write        | scribe      | no  yes yes no  no   no  | [absence absenceAt school], me secretary school, me delegated school act=absences
absence write        | scribe      | no  yes yes no  no   no  | absence absenceAt school, [me secretary school], me delegated school act=absences
absence write        | scribe      | no  yes yes no  no   no  | absence absenceAt school, me secretary school, [me delegated school act=absences]
absence write        | head        | no  yes yes no  no   no  | [absence absenceAt school], me heads school
absence write        | head        | no  yes yes no  no   no  | absence absenceAt school, [me heads school]
absence write        | deputy      | no  yes yes no  no   no  | [absence absenceAt school], me deputises school
absence write        | deputy      | no  yes yes no  no   no  | absence absenceAt school, [me deputises school]
absence write        | direction   | no  yes yes no  no   no  | [absence absenceAt school], me directs school, me post school function=direction
absence write        | direction   | no  yes yes no  no   no  | absence absenceAt school, [me directs school], me post school function=direction
absence write        | direction   | no  yes yes no  no   no  | absence absenceAt school, me directs school, [me post school function=direction]
absence read_today   | school_life | no  yes yes no  no   no  | [absence watched class], me inCharge class
absence read_today   | school_life | no  yes yes no  no   no  | absence watched class, [me inCharge class]
lesson read          | team        | no  yes yes no  no   no  | [lesson lessonFor class], me teaches class
lesson read          | team        | no  yes yes no  no   no  | lesson lessonFor class, [me teaches class]
lesson read          | head        | no  yes yes no  no   no  | [lesson lessonAt school], me heads school
lesson read          | head        | no  yes yes no  no   no  | lesson lessonAt school, [me heads school]
lesson read          | deputy      | no  yes yes no  no   no  | [lesson lessonAt school], me deputises school
lesson read          | deputy      | no  yes yes no  no   no  | lesson lessonAt school, [me deputises school]
lesson read          | direction   | no  yes yes no  no   no  | [lesson lessonAt school], me directs school, me post school function=direction
lesson read          | direction   | no  yes yes no  no   no  | lesson lessonAt school, [me directs school], me post school function=direction
lesson read          | direction   | no  yes yes no  no   no  | lesson lessonAt school, me directs school, [me post school function=direction]
lesson read          | school_life | no  yes yes no  no   no  | [lesson lessonFor class], me inCharge class
lesson read          | school_life | no  yes yes no  no   no  | lesson lessonFor class, [me inCharge class]
lesson read          | secretariat | no  yes yes no  no   no  | [lesson lessonAt school], me secretary school
lesson read          | secretariat | no  yes yes no  no   no  | lesson lessonAt school, [me secretary school]
lesson read          | pupil       | no  yes yes no  no   no  | [lesson lessonFor class], me enrolled class
lesson read          | pupil       | no  yes yes no  no   no  | lesson lessonFor class, [me enrolled class]
lesson read          | pupil       | no  yes yes no  no   no  | [lesson lessonFor group], me enrolled group
lesson read          | pupil       | no  yes yes no  no   no  | lesson lessonFor group, [me enrolled group]
lesson read          | guardian    | no  yes yes no  no   no  | [lesson lessonFor class], child enrolled class, me guards child
lesson read          | guardian    | no  yes yes no  no   no  | lesson lessonFor class, [child enrolled class], me guards child
lesson read          | guardian    | no  yes yes no  no   no  | lesson lessonFor class, child enrolled class, [me guards child]
school activate      | head        | no  yes yes no  no   no  | [me heads school]
school activate      | deputy      | no  yes yes no  no   no  | [me deputises school]
school activate      | director    | no  yes yes no  no   no  | [me post school function=direction]
school activate      | secretariat | no  yes yes no  no   no  | [me secretary school]
school activate      | administrator | no  yes yes no  no   no  | [me administers school]
school inform        | head        | no  yes yes no  no   no  | [me heads school]
school inform        | deputy      | no  yes yes no  no   no  | [me deputises school]
school inform        | director    | no  yes yes no  no   no  | [me post school function=direction]
school inform        | secretariat | no  yes yes no  no   no  | [me secretary school]
school file          | head        | no  yes yes no  no   no  | [me heads school]
school file          | deputy      | no  yes yes no  no   no  | [me deputises school]
school file          | director    | no  yes yes no  no   no  | [me post school function=direction]
school file          | secretariat | no  yes yes no  no   no  | [me secretary school]
school file          | dpo         | no  yes yes no  no   no  | [me protects school]
school decide        | head        | no  yes yes no  no   no  | [me heads school]
school decide        | director    | no  yes yes no  no   no  | [me post school function=direction]
school oversee       | dpo         | no  yes yes no  no   no  | [me protects school]
school protect       | head        | no  yes yes no  no   no  | [me heads school]
school protect       | director    | no  yes yes no  no   no  | [me post school function=direction]
school protect       | administrator | no  yes yes no  no   no  | [me administers school]
school convene       | staff       | no  yes yes no  no   no  | [me post school function=teacher]
school convene       | staff       | no  yes yes no  no   no  | [me post school function=librarian]
school convene       | staff       | no  yes yes no  no   no  | [me post school function=school_life]
school convene       | head        | no  yes yes no  no   no  | [me heads school]
school convene       | deputy      | no  yes yes no  no   no  | [me deputises school]
school convene       | director    | no  yes yes no  no   no  | [me post school function=direction]
school convene       | secretariat | no  yes yes no  no   no  | [me secretary school]
school convene       | administrator | no  yes yes no  no   no  | [me administers school]
school convene       | territory   | no  yes yes no  no   no  | [me territory school]
school convene       | authority   | no  yes yes no  no   no  | [me authority school]
school assign        | head        | no  yes yes no  no   no  | [me heads school]
school assign        | direction   | no  yes yes no  no   no  | [me directs school], me post school function=direction
school assign        | direction   | no  yes yes no  no   no  | me directs school, [me post school function=direction]
school assign        | assigner    | no  yes yes no  no   no  | [me assigns school]
offer launch         | assigned    | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, me assigned offer
offer launch         | assigned    | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, me assigned offer
offer launch         | assigned    | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], me assigned offer
offer launch         | assigned    | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [me assigned offer]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=pupil, me attends school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=pupil, me attends school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=pupil, me attends school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=pupil], me attends school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=pupil, [me attends school]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=teacher, me post school function=teacher
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=teacher, me post school function=teacher
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=teacher, me post school function=teacher
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=teacher], me post school function=teacher
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=teacher, [me post school function=teacher]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=librarian, me post school function=librarian
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=librarian, me post school function=librarian
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=librarian, me post school function=librarian
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=librarian], me post school function=librarian
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=librarian, [me post school function=librarian]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=staff, me heads school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=staff, me heads school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=staff, me heads school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=staff], me heads school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, [me heads school]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=staff, me deputises school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=staff, me deputises school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=staff, me deputises school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=staff], me deputises school
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, [me deputises school]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=head
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=staff, me post school function=head
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=staff, me post school function=head
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=staff], me post school function=head
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, [me post school function=head]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=deputy
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=staff, me post school function=deputy
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=staff, me post school function=deputy
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=staff], me post school function=deputy
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, [me post school function=deputy]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=direction
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=staff, me post school function=direction
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=staff, me post school function=direction
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=staff], me post school function=direction
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, [me post school function=direction]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=school_life
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=staff, me post school function=school_life
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=staff, me post school function=school_life
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=staff], me post school function=school_life
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, [me post school function=school_life]
offer launch         | site        | no  yes yes no  no   no  | [offer subscribed offer], offer agreed offer, offer cleared offer, school openTo offer audience=staff, me post school function=assistant
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, [offer agreed offer], offer cleared offer, school openTo offer audience=staff, me post school function=assistant
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, [offer cleared offer], school openTo offer audience=staff, me post school function=assistant
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, [school openTo offer audience=staff], me post school function=assistant
offer launch         | site        | no  yes yes no  no   no  | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=staff, [me post school function=assistant]`;

/**
 * What is asked | the restriction | what is answered while the fact in brackets has not begun, begins, lasts, ends, has
 * ended; and without that fact | the restriction's way | what allows otherwise, throughout.
 */
const restrictions = `
logbook read         | barred    | yes no  no  yes yes  yes | [me barred logbook] | me owns logbook
logbook write        | barred    | yes no  no  yes yes  yes | [me barred logbook] | me owns logbook
logbook visa         | barred    | yes no  no  yes yes  yes | [me barred logbook] | logbook ofSchool school, me heads school
logbook read_archive | barred    | yes no  no  yes yes  yes | [me barred logbook] | me authored logbook
logbook grant        | barred    | yes no  no  yes yes  yes | [me barred logbook] | me owns logbook
logbook request      | barred    | yes no  no  yes yes  yes | [me barred logbook] | logbook ofSchool school, me post school function=teacher
logbook validate     | barred    | yes no  no  yes yes  yes | [me barred logbook] | logbook ofSchool school, me heads school
logbook revoke       | barred    | yes no  no  yes yes  yes | [me barred logbook] | me owns logbook
logbook see_readers  | barred    | yes no  no  yes yes  yes | [me barred logbook] | me owns logbook
logbook read         | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | me owns logbook
logbook read         | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | me owns logbook
logbook read         | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | me owns logbook
logbook write        | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | me owns logbook
logbook write        | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | me owns logbook
logbook write        | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | me owns logbook
logbook visa         | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | logbook ofSchool school, me heads school
logbook visa         | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | logbook ofSchool school, me heads school
logbook visa         | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | logbook ofSchool school, me heads school
logbook read_archive | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | me authored logbook
logbook read_archive | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | me authored logbook
logbook read_archive | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | me authored logbook
logbook grant        | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | me owns logbook
logbook grant        | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | me owns logbook
logbook grant        | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | me owns logbook
logbook request      | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | logbook ofSchool school, me post school function=teacher
logbook request      | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | logbook ofSchool school, me post school function=teacher
logbook request      | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | logbook ofSchool school, me post school function=teacher
logbook validate     | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | logbook ofSchool school, me heads school
logbook validate     | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | logbook ofSchool school, me heads school
logbook validate     | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | logbook ofSchool school, me heads school
logbook revoke       | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | me owns logbook
logbook revoke       | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | me owns logbook
logbook revoke       | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | me owns logbook
logbook see_readers  | barred    | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, me barred child | me owns logbook
logbook see_readers  | barred    | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], me barred child | me owns logbook
logbook see_readers  | barred    | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [me barred child] | me owns logbook
logbook read         | objection | yes no  no  yes yes  yes | [logbook audience class], child enrolled class, child objected me | logbook audience group, other enrolled group, me guards other
logbook read         | objection | yes no  no  yes yes  yes | logbook audience class, [child enrolled class], child objected me | logbook audience group, other enrolled group, me guards other
logbook read         | objection | yes no  no  yes yes  yes | logbook audience class, child enrolled class, [child objected me] | logbook audience group, other enrolled group, me guards other
lesson read          | barred    | yes no  no  yes yes  yes | [lesson lessonFor class], child enrolled class, me barred child | lesson lessonAt school, me heads school
lesson read          | barred    | yes no  no  yes yes  yes | lesson lessonFor class, [child enrolled class], me barred child | lesson lessonAt school, me heads school
lesson read          | barred    | yes no  no  yes yes  yes | lesson lessonFor class, child enrolled class, [me barred child] | lesson lessonAt school, me heads school
lesson read          | objection | yes no  no  yes yes  yes | [lesson lessonFor class], child enrolled class, child objected me | lesson lessonFor group, other enrolled group, me guards other
lesson read          | objection | yes no  no  yes yes  yes | lesson lessonFor class, [child enrolled class], child objected me | lesson lessonFor group, other enrolled group, me guards other
lesson read          | objection | yes no  no  yes yes  yes | lesson lessonFor class, child enrolled class, [child objected me] | lesson lessonFor group, other enrolled group, me guards other
offer launch         | declined  | yes no  no  yes yes  yes | [me declines offer] | offer subscribed offer, offer agreed offer, offer cleared offer, me assigned offer
offer launch         | declined  | yes no  no  yes yes  yes | [me declines offer] | offer subscribed offer, offer agreed offer, offer cleared offer, school openTo offer audience=pupil, me attends school`;

const FROM = 10;
const TO = 20;
const ALWAYS = { from: 0, to: 30 };

const instants = [
  ['before', day(FROM) - 1],
  ['at start', day(FROM)],
  ['inside', day(FROM) + 5 * DAY],
  ['at end', day(TO)],
  ['after', day(TO) + DAY],
] as const;

interface Row {
  readonly asked: string;
  readonly type: ResourceType;
  readonly action: Action;
  readonly name: string;
  /** For each instant and then without the fact, whether it is allowed. */
  readonly cells: readonly boolean[];
  readonly text: string;
  readonly lines: readonly Line[];
  /** The place of the fact in brackets. */
  readonly bounded: number;
  readonly beside: readonly Line[];
}

function rowsOf(table: string): Row[] {
  return table
    .trim()
    .split('\n')
    .map((row) => {
      const [asked = '', name = '', cells = '', text = '', beside = ''] = row.split('|').map((cell) => cell.trim());
      const [type, action] = asked.split(' ');
      const facts = text.split(', ');
      return {
        asked,
        type: type as ResourceType,
        action: action as Action,
        name,
        cells: cells.split(/ +/).map((cell) => cell === 'yes'),
        text,
        lines: facts.map((fact) => lineOf(fact.replace(/[[\]]/g, ''))),
        bounded: facts.findIndex((fact) => fact.startsWith('[')),
        beside: beside === '' ? [] : beside.split(', ').map(lineOf),
      };
    });
}

const allows = rowsOf(rules);
const forbids = rowsOf(restrictions);

/** What comes near, each fact lasting throughout. */
const nearRows = misses
  .flatMap(({ type, actions, lines }) => actions.map((action) => ({ type, action, lines })))
  .map((miss, place): Row & { place: number } => ({
    ...miss,
    place,
    asked: `${miss.type} ${miss.action}`,
    name: '',
    cells: [],
    text: miss.lines
      .map(({ subject, relation, object, properties }) =>
        [subject, relation, object, ...Object.values(properties)].join(' '),
      )
      .join(', '),
    bounded: -1,
    beside: [],
  }));

/** A world that holds one row: its way whole, or without the fact in brackets. */
function worldFor(prefix: string, { lines, bounded, beside }: Row, whole: boolean) {
  const drawn = ({ subject, object, ...rest }: Line, dates: { from: number; to: number }): Drawn => ({
    ...rest,
    subject: plainCast[subject],
    object: plainCast[object],
    ...dates,
  });
  const begin = [
    ...lines.flatMap((line, place) =>
      place !== bounded ? [drawn(line, ALWAYS)] : whole ? [drawn(line, { from: FROM, to: TO })] : [],
    ),
    ...beside.map((line) => drawn(line, ALWAYS)),
  ];
  return worldUnder(prefix, [{ school: 0, at: 0, begin, end: [] }]);
}

describe.each(executorNames)('the boundary matrix in %s', (name) => {
  let executor: Executor;
  beforeAll(async () => {
    executor = await openNamed(name);
    const worlds = [...allows, ...forbids].flatMap((row, place) => [
      worldFor(`y${place}-`, row, true),
      worldFor(`n${place}-`, row, false),
    ]);
    const near = nearRows.map((row) => worldFor(`z${row.place}-`, row, true));
    await executor.write([...worlds, ...near]);
    for (const world of [...worlds, ...near]) await executor.readyFor(world, { at: day(FROM) });
  });
  afterAll(() => executor.close());

  /** The rules that speak, as each of the three questions tells them. */
  async function answers(prefix: string, { type, action }: Row, at: number) {
    const person = prefix + plainCast.me;
    const resource = { type, id: prefix + plainCast[type] };
    const when = { at };
    const alone = await may(executor.source, { person, action, resource, when });
    const listed = (await list(executor.source, { person, action, type, when })).find((one) => one.id === resource.id);
    const reader = (await who(executor.source, { action, resource, when })).find((one) => one.person === person);
    const told = [alone, listed, reader].map((one) => one?.reasons.map(({ rule }) => rule) ?? []);
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
    return { reasons: told[0]!, forbidden: alone.forbidden };
  }

  it.each(allows.map((row, place) => ({ ...row, place })))('$asked | $name | $text', async (row) => {
    const found: string[][] = [];
    for (const [, at] of instants) found.push((await answers(`y${row.place}-`, row, at)).reasons);
    found.push((await answers(`n${row.place}-`, row, day(FROM) + DAY)).reasons);
    expect(found).toEqual(row.cells.map((yes) => (yes ? [row.name] : [])));
  });

  it.each(
    forbids.map((row, place) => ({ ...row, place: allows.length + place })),
  )('$asked | not, $name | $text', async (row) => {
    const found: { allowed: boolean; forbidden: string | undefined }[] = [];
    const put = async (prefix: string, at: number) => {
      const { reasons, forbidden } = await answers(prefix, row, at);
      found.push({ allowed: reasons.length > 0, forbidden });
    };
    for (const [, at] of instants) await put(`y${row.place}-`, at);
    await put(`n${row.place}-`, day(FROM) + DAY);
    expect(found).toEqual(row.cells.map((allowed) => ({ allowed, forbidden: allowed ? undefined : row.name })));
  });

  it.each(nearRows)('$asked | nobody | $text', async (row) => {
    expect(await answers(`z${row.place}-`, row, day(FROM))).toEqual({ reasons: [], forbidden: undefined });
  });
});

describe('the boundary matrix', () => {
  /** The facts of a way, in no order. */
  const factsOf = (path: Path): string =>
    path
      .flatMap(({ relation, property, alongside }) => [
        [relation, property?.join('=')],
        ...(alongside ? [[alongside.relation, alongside.property.join('=')]] : []),
      ])
      .map((fact) => fact.filter(Boolean).join(' '))
      .sort()
      .join(', ');
  const rowFacts = ({ lines }: Row): string =>
    lines
      .map(({ relation, properties }) =>
        [relation, ...Object.entries(properties).map((entry) => entry.join('='))].join(' '),
      )
      .sort()
      .join(', ');

  const paths = Object.entries(policy).flatMap(([type, actions]) =>
    Object.entries(actions).flatMap(([action, { allow, forbid }]) =>
      [...allow, ...forbid].flatMap((rule) =>
        rule.paths.map((path: Path) => ({
          asked: `${type} ${action}`,
          name: rule.name as string,
          facts: factsOf(path),
        })),
      ),
    ),
  );

  it.each(paths)('has every fact of $asked, $name: $facts', ({ asked, name, facts }) => {
    const rows = [...allows, ...forbids].filter(
      (row) => row.asked === asked && row.name === name && rowFacts(row) === facts,
    );
    const bounded = new Set(rows.map((row) => row.bounded));
    expect([...bounded].sort()).toEqual([...Array(facts.split(', ').length).keys()]);
  });

  it('has no row for a rule that is not there', () => {
    for (const row of [...allows, ...forbids])
      expect(paths.map(({ asked, name, facts }) => `${asked} ${name} ${facts}`)).toContain(
        `${row.asked} ${row.name} ${rowFacts(row)}`,
      );
  });
});
