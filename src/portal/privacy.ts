// GET /privacy: what Préau keeps of a person.
import type Koa from 'koa';
import { privacyPage } from '../../views/privacy.tsx';
import { render } from '../http/pages.ts';

export function privacy(): (ctx: Koa.Context) => void {
  return (ctx) => render(ctx, privacyPage, {});
}
