// GET /terms and /terms/:version: the terms of use, apart from any charter.
import type Koa from 'koa';
import { termsPage } from '../../../views/notices/terms.tsx';
import { Refusal } from '../../errors.ts';
import { localeOf } from '../../http/locale.ts';
import { render, wordsOf } from '../../http/pages.ts';
import { levels } from '../../privacy/notices/document.ts';
import { noticeHistory, noticeInForce, noticeVersion, TERMS } from '../../privacy/notices/texts.ts';
import { dayText } from '../days.ts';
import type { Portal } from '../pages.ts';

export function terms({ db }: Portal): (ctx: Koa.Context) => Promise<void> {
  return async (ctx) => {
    const { version } = ctx.params as { version?: string };
    const text =
      version === undefined
        ? await noticeInForce(db, { school: TERMS, at: Date.now() })
        : await noticeVersion(db, version, TERMS);
    if (!text)
      throw new Refusal(version === undefined ? 'unavailable' : 'not_found', 'expected a version of the terms');
    const locale = localeOf(ctx);
    const words = wordsOf(locale).pages.notices;
    const level = levels.find((one) => one === ctx.query.level) ?? 'adult';
    const where = { zone: 'Europe/Paris', locale };
    const all = await noticeHistory(db, TERMS);
    const past = all.filter((one) => one.until !== undefined && one.version !== text.version);
    const data = {
      levels: (['adult', 'teen'] as const).map((one) => ({
        label: one === 'adult' ? words.levels.adult : words.termsPage.young,
        href: `${ctx.path}?level=${one}`,
        current: one === (level === 'adult' ? 'adult' : 'teen'),
      })),
      sections: text.document[locale][level],
      version: text.version,
      from: dayText(text.from, where),
      until: text.until === undefined ? undefined : dayText(text.until, where),
      history: past.map((one) => ({
        version: one.version,
        from: dayText(one.from, where),
        until: dayText(one.until ?? one.from, where),
        href: `/terms/${one.version}?level=${level}`,
      })),
    };
    render(ctx, termsPage, data, { query: { level } });
  };
}
