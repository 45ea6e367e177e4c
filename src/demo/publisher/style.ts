// The publishers' style sheet: plain, one colour each, readable wide or narrow.

export const style = `
:root { --ink: #1f2a2e; --soft: #55646a; --line: #d6dfe0; --paper: #fff; --desk: #f1f5f4; --accent: #0b6157; --accent-ink: #fff; --tint: #dff1ed; }
html.herbier { --accent: #3f5f1c; --desk: #f4f6ee; --tint: #e6eed8; --line: #d9e0cb; }
html.lexique { --accent: #7a2f6b; --desk: #f7f2f6; --tint: #f3e3ef; --line: #e4d6e0; }
*, *::before, *::after { box-sizing: border-box; }
html { font: 100%/1.55 "Segoe UI", system-ui, -apple-system, "Helvetica Neue", "Liberation Sans", Arial, sans-serif; color: var(--ink); background: var(--desk); -webkit-text-size-adjust: 100%; }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; overflow-wrap: break-word; }
h1, h2, h3, p, ul, pre { margin: 0; }
h1 { font-size: clamp(1.5rem, 1.2rem + 1.6vw, 2.1rem); line-height: 1.2; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; }
h3 { font-size: 1rem; margin-top: 1rem; }
.wide { width: min(60rem, 100% - 2rem); margin-inline: auto; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem 1rem; z-index: 2; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
main:focus { outline: none; }
.banner { background: #fff3d6; color: #6b4300; font-size: .9rem; padding: .4rem 1rem; text-align: center; }
header { background: var(--accent); color: var(--accent-ink); }
.top { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; min-height: 3.6rem; padding: .5rem 0; }
.brand { font-weight: 700; font-size: 1.1rem; }
header button { font: inherit; padding: .4rem .9rem; border: 1px solid currentColor; border-radius: 6px; background: transparent; color: inherit; cursor: pointer; }
header :focus-visible { outline-color: #fff; }
main { flex: 1; padding: 1.4rem 0 2.5rem; }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; padding: 1.3rem clamp(1rem, .5rem + 2vw, 1.8rem) 1.5rem; }
.card + .card { margin-top: 1.2rem; }
.card > * + * { margin-top: .7rem; }
.button { display: inline-block; padding: .7rem 1.2rem; border-radius: 8px; background: var(--accent); color: var(--accent-ink); font-weight: 600; text-decoration: none; }
.button:hover { text-decoration: underline; }
.note { display: block; padding: .6rem .9rem; background: var(--tint); border-radius: 6px; }
.sample { display: grid; gap: 1rem; align-items: center; }
@media (min-width: 44rem) { .atlas .sample { grid-template-columns: 20rem 1fr; } }
.sample svg { width: 100%; height: auto; }
.sea { fill: #cfe6f3; } .land { fill: #cfe3b4; stroke: #6d8a4f; stroke-width: 2; } .river { fill: none; stroke: #5a9cc4; stroke-width: 3; } .town { fill: #9c1f35; }
.word { font: 600 1.7rem/1.3 Georgia, "Liberation Serif", serif; color: var(--accent); }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: .6rem .8rem .6rem 0; border-top: 1px solid var(--line); }
thead th { border-top: 0; color: var(--soft); font-weight: 600; font-size: .92rem; }
code, pre { font: .9em/1.45 ui-monospace, "Cascadia Mono", "Liberation Mono", Menlo, monospace; }
tbody th { white-space: nowrap; }
.value, pre { overflow-wrap: anywhere; }
.value { white-space: pre-wrap; }
pre { padding: .8rem; background: var(--desk); border-radius: 6px; overflow-x: auto; white-space: pre-wrap; }
summary { cursor: pointer; color: var(--accent); font-weight: 600; }
.plain { padding-left: 1.2rem; columns: 2 14rem; }
footer { color: var(--soft); font-size: .92rem; padding: 0 0 1.5rem; }
@media (max-width: 40rem) {
  thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  tr { display: block; padding: .6rem 0; border-top: 1px solid var(--line); }
  th, td { display: block; border: 0; padding: .1rem 0; }
}
`;

/** A book that is open. */
export const icon =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M3 7c5-2 9-2 13 1v19c-4-3-8-3-13-1z" fill="#0b6157"/><path d="M29 7c-5-2-9-2-13 1v19c4-3 8-3 13-1z" fill="#7a2f6b"/></svg>';
