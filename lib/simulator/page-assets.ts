/** The stylesheet of every page: light or dark as the reader's system is set, and nothing loaded from elsewhere. */
export const stylesheet = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#faf8f4, #16181d);
  --card: light-dark(#ffffff, #1f2229);
  --ink: light-dark(#1d2330, #e8e6e1);
  --soft: light-dark(#5b6375, #a4a9b6);
  --line: light-dark(#ddd8cd, #363b46);
  --accent: light-dark(#7a3e00, #ffb866);
  --good: light-dark(#14663a, #7fd6a3);
  --bad: light-dark(#a11d2b, #ff9aa2);
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif; }
.notice { background: repeating-linear-gradient(-45deg, #f4c430 0 14px, #f7d65e 14px 28px); color: #2b2200;
  padding: .5rem 1rem; text-align: center; font-weight: 600; }
main { max-width: 66rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
main.narrow { max-width: 30rem; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: .5rem 0 1rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .75rem; }
.card > h2:first-child { margin-top: 0; }
header, form { margin: 0; }
a { color: var(--accent); }
.card { background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 1.25rem; margin: 1rem 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .94rem; }
th, td { text-align: left; padding: .5rem 1.25rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--soft); font-weight: 600; white-space: nowrap; }
td.figure, th.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
code, .code { font: .88em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
td.short code { white-space: nowrap; overflow-wrap: normal; }
.status { display: inline-block; padding: 0 .6rem; border: 1px solid currentColor; border-radius: 1rem; white-space: nowrap; }
.status.approved { color: var(--good); }
.status.declined, .status.filtered, .status.error { color: var(--bad); }
.soft { color: var(--soft); }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input, select { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .5rem;
  padding: .6rem .75rem; width: 100%; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin-top: 1rem; }
.row > * { flex: 1 1 10rem; }
button { font: inherit; font-weight: 600; min-height: 2.9rem; padding: .5rem 1.25rem; border-radius: .5rem; cursor: pointer;
  border: 1px solid var(--accent); background: var(--accent); color: var(--paper); }
button.quiet { background: transparent; color: var(--accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .35rem 1.25rem; margin: 0; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.problem { color: var(--bad); font-weight: 600; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
`

/** Sends the receiver back to the merchant; without JavaScript they press the button. */
export const returnScript = `document.querySelector('form[data-return]').submit()`
