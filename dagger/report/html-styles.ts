/** Light and dark, a phone and paper. Text has a contrast of 4.5 and more on its background. */
export const styles = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #57606a; --paper: #ffffff; --line: #d0d7de; --good: #116329; --step: #8c959f; --service: #0969da; --pending: #b6d5f5; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9da7b3; --paper: #0d1117; --line: #30363d; --good: #56d364; --step: #6e7681; --service: #58a6ff; --pending: #1f4b7a; --bad: #ff8a80; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem; }
a { color: var(--service); overflow-wrap: anywhere; }
.outcome { margin: 0; color: var(--good); font-weight: 600; }
.outcome.bad { color: var(--bad); }
.legend { margin: .25rem 0 0; color: var(--soft); font-size: .85rem; }
pre.causes { white-space: pre-wrap; overflow-wrap: anywhere; }
td.text { white-space: normal; overflow-wrap: anywhere; }
tr.bad td { color: var(--bad); }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); gap: .75rem 1.5rem; margin: 1.5rem 0 0; }
dt, footer { color: var(--soft); font-size: .85rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { color: var(--soft); font-weight: 500; font-size: .85rem; }
code, pre { font: .875em/1.5 ui-monospace, monospace; }
pre { margin: .5rem 0; padding: .75rem; border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; }
svg { width: 100%; min-width: 40rem; height: auto; }
svg text { fill: var(--ink); font: 12px system-ui, sans-serif; }
svg text.axis { fill: var(--soft); }
svg rect.step { fill: var(--step); }
svg rect.service { fill: var(--service); }
svg rect.pending { fill: var(--pending); }
svg rect.failed { fill: var(--bad); }
svg text.cross { fill: var(--bad); font-size: 16px; font-weight: 700; stroke: var(--paper); stroke-width: 4px; paint-order: stroke; }
footer { margin-top: 3rem; }
@media print { main { max-width: none; padding: 0; } a { color: inherit; } section { break-inside: avoid; } }
`
