// One circle, for its members: what it is for, who accepted, leaving; and, for those who run it, inviting one person at a time.
import type { VNode } from 'preact';
import { Layout, type Page } from '../layout.tsx';
import { type RefusalCodeOf, Token } from '../parts.tsx';
import { Act, type CircleDone, CircleOutcome, Text } from './circles.tsx';

export interface MemberLine {
  readonly key: string;
  readonly name: string;
  readonly role: 'owner' | 'moderator' | 'member';
  readonly since: string;
  readonly you: boolean;
  /** What whoever looks may do with this one. */
  readonly may: readonly ('moderate' | 'unmoderate' | 'remove')[];
}

export interface CircleData {
  readonly token: string;
  readonly id: string;
  readonly name: string;
  readonly purpose: string;
  readonly beyond: boolean;
  readonly until: string;
  readonly role: 'owner' | 'moderator' | 'member';
  readonly members: readonly MemberLine[];
  /** For those who invite: what they wrote, and when. Nothing else is known of it. */
  readonly sent?: readonly { readonly named: string; readonly day: string }[] | undefined;
  readonly typed?: { readonly person: string; readonly audience: string } | undefined;
  readonly done?: CircleDone | undefined;
  readonly fault?: RefusalCodeOf | undefined;
}

export function circlePage(page: Page, data: CircleData): VNode {
  const { circles } = page.text.pages;
  const { one: words } = circles;
  const small = [words.for(data.purpose), data.beyond && circles.beyond, circles.until(data.until)];
  return (
    <Layout page={page} title={data.fault ? `${circles.notDone} · ${data.name}` : data.name} wide>
      <p class="towards">
        <a href="/circles">{words.back}</a>
      </p>
      <h1>{data.name}</h1>
      <CircleOutcome page={page} done={data.done} fault={data.fault} />
      <p class="lead">{small.filter(Boolean).join(' · ')}</p>
      {data.sent && <Invite page={page} data={data} sent={data.sent} />}
      <section id="members">
        <h2>{words.members}</h2>
        <p>{words.membersIntro}</p>
        <ul class="openings">
          {data.members.map((member) => (
            <MemberOf key={member.key} page={page} data={data} member={member} />
          ))}
        </ul>
      </section>
      <Ending page={page} data={data} />
    </Layout>
  );
}

function MemberOf({ page, data, member }: { page: Page; data: CircleData; member: MemberLine }): VNode {
  const { circles } = page.text.pages;
  const { one: words } = circles;
  const { key, name, role, since, you, may } = member;
  const labels = { moderate: words.moderate, unmoderate: words.unmoderate, remove: words.remove };
  return (
    <li class="opening">
      <p class="what">
        {name}
        {you && ` (${words.you})`}
      </p>
      <p class="small">{[words.role[role], circles.since(since)].join(' · ')}</p>
      {may.length > 0 && (
        <div class="acts">
          {may.map((act) => (
            <Act
              key={act}
              action={`/circles/${data.id}`}
              token={data.token}
              act={act}
              fields={{ person: key }}
              label={labels[act]}
              about={name}
            />
          ))}
        </div>
      )}
    </li>
  );
}

function Invite(props: { page: Page; data: CircleData; sent: NonNullable<CircleData['sent']> }): VNode {
  const { page, data, sent } = props;
  const { circles } = page.text.pages;
  const { one: words } = circles;
  return (
    <section id="invite">
      <h2>{words.invite}</h2>
      <p>{words.inviteIntro}</p>
      <form method="post" action={`/circles/${data.id}`}>
        <Token value={data.token} />
        <input type="hidden" name="act" value="invite" />
        <div class="pair">
          <Text id="person" label={words.person} value={data.typed?.person} most={100} />
          <Text id="audience" label={words.audience} value={data.typed?.audience} most={40} optional />
        </div>
        <button type="submit" id="send-invitation">
          {words.inviteSubmit}
        </button>
      </form>
      {sent.length > 0 && (
        <>
          <h3>{words.sent}</h3>
          <p class="hint">{words.sentIntro}</p>
          <ul class="links" id="sent">
            {sent.map(({ named, day }, place) => (
              <li key={String(place)}>
                {named} <span class="small">{[words.sentLine, circles.sent(day)].join(' ')}</span>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Ending({ page, data }: { page: Page; data: CircleData }): VNode {
  const { one: words } = page.text.pages.circles;
  const act = (name: string, label: string) => (
    <Act action={`/circles/${data.id}`} token={data.token} act={name} fields={{}} label={label} />
  );
  return (
    <section id="leaving">
      <details>
        <summary>{words.leave}</summary>
        <p>{data.role === 'owner' ? words.leaveOwner : words.leaveAnswer}</p>
        {act('leave', words.leave)}
      </details>
      {data.role === 'owner' && (
        <details>
          <summary>{words.end}</summary>
          <p>{words.endAnswer}</p>
          {act('end', words.end)}
        </details>
      )}
    </section>
  );
}
