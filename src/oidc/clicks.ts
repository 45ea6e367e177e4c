// From which school somebody has just gone to a resource: carried by their browser for a few minutes, sealed.
import type { Seal } from './seal.ts';

/** A click on a resource, at a school. */
export interface Click {
  /** An ARK. */
  readonly resource: string;
  /** A UAI. */
  readonly school: string;
  /** Who was signed in; none for nobody. */
  readonly person: string | undefined;
  /** UTC milliseconds. */
  readonly at: number;
}

/** How long a click waits for the sign-in that follows it, in seconds. */
const WAITS = 15 * 60;

/** How many clicks a browser carries: tabs that are opened at once. */
const MOST = 4;

/** How long what is sealed may be: browsers keep cookies of 4,096 characters, and let go of a longer one unsaid. */
const LONGEST = 3500;

/** What is sealed is bound to its use. */
const ROW = 'publisher click';

/** What a browser is to carry from now on, as a header, beside the click that was found. */
export interface Found {
  readonly click: Click;
  /** None when nothing changes: a click from before the sign-in becomes that of whoever signs in first. */
  readonly cookie?: string;
}

export interface Clicks {
  /** The header that makes a browser carry a click, and those of before that still wait. */
  carry(cookies: string, click: Click): string;
  /** The last click on a resource that a browser carries; of others than the person, nothing. */
  find(cookies: string, asked: { resource: string; person: string; at: number }): Found | undefined;
}

/** It opens nothing: whether the person may is asked of that school, as of any other. */
export function openClicks(seal: Seal, { secure }: { secure: boolean }): Clicks {
  const name = secure ? '__Host-preau-click' : 'preau-click';
  const read = (cookies: string, at: number): Click[] => {
    const found = cookies.split(';').flatMap((pair) => {
      const text = pair.trim();
      return text.startsWith(`${name}=`) ? [text.slice(name.length + 1)] : [];
    });
    if (found.length !== 1 || found[0]!.length > LONGEST) return [];
    try {
      const clicks = seal.openOnce<Click[]>(ROW, Buffer.from(found[0]!, 'base64url'));
      return clicks.filter((click) => click.at > at - WAITS * 1000);
    } catch {
      return []; // changed, or sealed under another key: the same as none
    }
  };
  const carry: Clicks['carry'] = (cookies, click) => {
    const others = read(cookies, click.at).filter(({ resource }) => resource !== click.resource);
    const kept = [click, ...others].slice(0, MOST);
    const sealed = () => seal.close(ROW, kept).toString('base64url');
    let value = sealed();
    while (value.length > LONGEST && kept.length > 1) {
      kept.pop();
      value = sealed();
    }
    const parts = [`${name}=${value}`, 'Path=/', 'HttpOnly', 'SameSite=Lax', `Max-Age=${WAITS}`];
    return [...parts, ...(secure ? ['Secure'] : [])].join('; ');
  };
  return {
    carry,
    find: (cookies, { resource, person, at }) => {
      const click = read(cookies, at).find(
        (one) => one.resource === resource && (one.person === undefined || one.person === person),
      );
      if (!click || click.person !== undefined) return click && { click };
      return { click, cookie: carry(cookies, { ...click, person }) };
    },
  };
}
