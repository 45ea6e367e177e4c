// The module's own style sheet: a school notebook (ruled lines, red margin), readable and calm, wide or narrow.

export const style = `
:root {
  --ink: #1c2540; --soft: #525d7a; --line: #dbe1f1; --rule: #e6ebf8; --paper: #ffffff; --desk: #f3f5fb;
  --blue: #2743a6; --blue-soft: #e8edfc; --margin: #d4526a; --green: #17603f; --green-soft: #e3f4ea;
  --amber: #6b4300; --amber-soft: #fff3d6; --red: #9c1f35; --red-soft: #fdebee;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "Source Serif 4", "Liberation Serif", Georgia, serif;
  --sans: "Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Liberation Sans", Arial, sans-serif;
}
*, *::before, *::after { box-sizing: border-box; }
html { font: 100%/1.55 var(--sans); color: var(--ink); background: var(--desk); -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; overflow-wrap: break-word; }
h1, h2, h3, p, ul, ol, dl, dd, figure { margin: 0; }
ul, ol { padding: 0; list-style: none; }
h1, h2 { font-family: var(--serif); font-weight: 600; line-height: 1.2; text-wrap: balance; }
h1 { font-size: clamp(1.75rem, 1.35rem + 1.8vw, 2.5rem); letter-spacing: -.01em; }
h2 { font-size: 1.4rem; }
h3 { font-size: 1rem; line-height: 1.4; }
a { color: var(--blue); text-underline-offset: .18em; text-decoration-thickness: .07em; }
a:hover { text-decoration-thickness: .14em; }
:focus-visible { outline: 3px solid var(--blue); outline-offset: 2px; border-radius: .2rem; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem 1rem; z-index: 2; }
.said { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.wide { width: min(70rem, 100% - 2.5rem); margin-inline: auto; }

.banner { background: var(--amber-soft); color: var(--amber); font-size: .9rem; padding: .4rem 0; text-align: center; }
.top { background: var(--paper); border-bottom: 1px solid var(--line); }
.top > div { display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1.5rem; padding: .8rem 0; }
.brand { font: 600 1.15rem/1.3 var(--serif); color: var(--ink); text-decoration: none; display: inline-flex; gap: .6rem; align-items: center; }
.brand:hover { text-decoration: underline; }
.brand svg { flex: none; width: 1.6rem; height: 1.6rem; }
.top form { margin-left: auto; display: flex; flex-wrap: wrap; align-items: center; gap: .4rem .9rem; }
.me { color: var(--soft); }
main { flex: 1; padding: 2rem 0 4rem; }
footer { border-top: 1px solid var(--line); color: var(--soft); font-size: .9rem; padding: 1.2rem 0 1.6rem; text-wrap: balance; }

.button { font: 600 1rem/1.3 var(--sans); display: inline-block; padding: .7rem 1.3rem; border-radius: .5rem; border: 1px solid var(--blue); background: var(--blue); color: #fff; cursor: pointer; text-decoration: none; }
.button:hover { background: #1c3184; text-decoration: none; }
.button.quiet { background: var(--paper); color: var(--blue); border-color: #aebbe6; padding: .4rem .9rem; font-size: .95rem; }
.button.quiet:hover { background: var(--blue-soft); }

/* the paper: ruled, with its margin */
.paper { background: var(--paper); border: 1px solid var(--line); border-radius: .75rem; }
.cover { --step: 2.25rem; --at: 1.87rem; --drop: .3rem; position: relative; overflow: hidden; padding: var(--step) clamp(1.2rem, .6rem + 2.5vw, 2.4rem) var(--step) clamp(2.6rem, 1.6rem + 5vw, 5.5rem);
  background: var(--paper) linear-gradient(transparent calc(100% - 1px), var(--rule) calc(100% - 1px)) 0 var(--at) / 100% var(--step); }
.cover::before { content: ""; position: absolute; inset: 0 auto 0 clamp(1.4rem, .9rem + 3vw, 3.6rem); width: 2px; background: var(--margin); opacity: .55; }
/* everything is written on the lines */
.cover h1 { line-height: var(--step); font-size: clamp(1.6rem, 1.4rem + .9vw, 2rem); }
.cover p { color: var(--soft); line-height: var(--step); position: relative; top: var(--drop); max-width: 62ch; }
.cover .button { margin-top: 1.4rem; margin-right: .8rem; }
.crumb { margin-bottom: 1rem; font-size: .95rem; }

.stack > * + * { margin-top: 1.5rem; }
.school { margin-top: 2.4rem; }
.school > h2 { display: flex; flex-wrap: wrap; align-items: baseline; gap: .2rem .8rem; }
.school > h2 small, .count { font: 400 .95rem/1.4 var(--sans); color: var(--soft); }
.sheets { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 1rem; margin-top: .9rem; align-items: start; }
.sheets.one ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(24rem, 100%), 1fr)); column-gap: 2.2rem; }
.sheet { padding: 1.1rem 1.2rem .6rem; }
.sheet > h3 { font: 600 1.1rem/1.3 var(--serif); padding-bottom: .6rem; border-bottom: 2px solid var(--margin); border-image: linear-gradient(90deg, #e79aa8 3rem, var(--line) 3rem) 1; }
.sheet li { padding: .75rem 0; }
.sheet li { border-top: 1px solid var(--rule); }
.sheet li:first-child, .sheets.one li { border-top: 0; }
.sheet .title { font-weight: 600; font-size: 1.05rem; }
.line { display: grid; grid-template-columns: minmax(0, 1fr) auto; align-items: baseline; gap: .8rem; }
.why { color: var(--soft); font-size: .92rem; margin-top: .15rem; }
.tag { font-size: .82rem; font-weight: 600; line-height: 1.3; padding: .16rem .55rem; border-radius: 1rem; white-space: nowrap; background: var(--blue-soft); color: #2a3a77; }
.tag.writes { background: var(--green-soft); color: var(--green); }

.book { display: grid; gap: 1.5rem; grid-template-columns: minmax(0, 1fr); margin-top: 1.5rem; }
.book > aside { display: grid; gap: 1.5rem; align-content: start; }
@media (min-width: 60rem) { .book { grid-template-columns: minmax(0, 1.7fr) minmax(19rem, 1fr); } .book > aside { grid-column: 2; } .book > .lessons { grid-column: 1; grid-row: 1; } }
.card { padding: 1.2rem 1.3rem 1.3rem; }
.card > h2 { font-size: 1.2rem; margin-bottom: .7rem; }
.right { border-left: 4px solid var(--blue); border-radius: .2rem .75rem .75rem .2rem; }
.right p + p { margin-top: .6rem; }
.right.no { border-left-color: var(--soft); }
code { font: .88em/1.4 ui-monospace, "Cascadia Mono", "Liberation Mono", Menlo, monospace; background: var(--desk); border: 1px solid var(--line); padding: .05em .4em; border-radius: .3rem; }
.day { margin-top: 1.8rem; }
.day:first-of-type { margin-top: 0; }
.day > h3 { font: 600 1.05rem/1.4 var(--serif); color: var(--ink); }
.day > h3::first-letter { text-transform: uppercase; }
.entry { margin-top: .7rem; padding: 1.1rem 1.3rem 1.1rem clamp(1.5rem, 1rem + 2vw, 2.6rem); position: relative; }
.entry::before { content: ""; position: absolute; inset: 0 auto 0 clamp(.7rem, .4rem + 1.2vw, 1.4rem); width: 2px; background: var(--margin); opacity: .45; }
.entry:target, .entry.new { border-color: #9cc9b0; box-shadow: 0 0 0 3px var(--green-soft); }
.entry .text { white-space: pre-line; max-width: 68ch; }
.todo { margin-top: .9rem; padding: .7rem .9rem; background: var(--desk); border-radius: .5rem; max-width: 68ch; white-space: pre-line; }
.todo strong { display: block; font-size: .92rem; }
.by { margin-top: .8rem; color: var(--soft); font-size: .92rem; }
.empty { padding: 1.6rem; color: var(--soft); }
.empty h2 { color: var(--ink); margin-bottom: .5rem; }

.field { margin-top: 1rem; }
.field label { display: block; font-weight: 600; margin-bottom: .3rem; }
.field .hint { color: var(--soft); font-size: .92rem; font-weight: 400; }
input, textarea { font: inherit; color: inherit; width: 100%; padding: .6rem .7rem; border: 1px solid #8b96b5; border-radius: .45rem; background: #fff; }
input[type=date] { width: auto; max-width: 100%; min-width: 11rem; }
textarea { min-height: 7rem; resize: vertical; }
textarea.short { min-height: 4.2rem; }
[aria-invalid=true] { border: 2px solid var(--red); }
.fault { color: var(--red); font-weight: 600; font-size: .95rem; margin-top: var(--drop); }
.card .button { margin-top: 1.2rem; }
.note { display: block; padding: .9rem 1.2rem; border-radius: .6rem; background: var(--green-soft); color: var(--green); font-weight: 600; margin-top: 1.5rem; }
.note.bad { background: var(--red-soft); color: var(--red); }
.who { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(15rem, 100%), 1fr)); gap: 1rem; margin-top: .9rem; }
.who > li { padding: 1.1rem 1.3rem; }
.who + .why { margin-top: 1rem; }
.who strong { display: block; font: 600 1.1rem/1.3 var(--serif); margin-bottom: .3rem; }
.known { margin-top: 2.4rem; padding: 1rem 1.3rem; }
.known summary { cursor: pointer; font-weight: 600; }
.known dl { display: grid; grid-template-columns: minmax(7rem, 11rem) minmax(0, 1fr); gap: .5rem 1.2rem; margin-top: 1rem; }
.known dt { color: var(--soft); }
.known p { color: var(--soft); margin-top: .8rem; font-size: .95rem; }
@media (max-width: 30rem) {
  .wide { width: calc(100% - 1.75rem); }
  main { padding-top: 1.1rem; }
  .cover { --step: 1.95rem; --at: 1.58rem; --drop: .22rem; padding-right: 1rem; }
  .cover h1 { font-size: 1.5rem; }
  .top form { margin-left: 0; width: 100%; justify-content: space-between; }
  .known dl { grid-template-columns: 1fr; gap: .1rem; } .known dd { margin-bottom: .6rem; }
  .cover .button { display: block; text-align: center; margin-right: 0; }
}
@media print { .banner, .top form, .write, .crumb { display: none; } html { background: #fff; } }
@media (forced-colors: active) { .button { border: 2px solid; } .tag { border: 1px solid; } }
`;

/** An open notebook, for the tab of the browser. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect x="4" y="3" width="24" height="26" rx="3" fill="#2743a6"/><rect x="9" y="3" width="19" height="26" rx="2" fill="#fff" stroke="#2743a6" stroke-width="1.5"/><path d="M13 10h11M13 15h11M13 20h11" stroke="#aebbe6" stroke-width="1.5"/><path d="M12 3.500v25" stroke="#d4526a" stroke-width="1.200"/></svg>';
