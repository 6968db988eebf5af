/** How the page looks: light and dark by the reader's system, narrow and wide, on paper. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ink: #1c2430; --soft: #56606e; --paper: #ffffff; --card: #f5f7fa; --line: #d9dfe7;
  --good: #0a7a45; --bad: #b3261e; --warn: #8a5a00; --accent: #0060a8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e8ecf2; --soft: #a4aebb; --paper: #12161c; --card: #1b212a; --line: #333c48;
    --good: #4ccb8d; --bad: #ff8a80; --warn: #f0b74a; --accent: #6db8ff;
  }
}
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
header, main, footer { max-width: 1180px; margin: 0 auto; padding: 0 20px; }
header { padding-top: 24px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 18px; margin: 36px 0 10px; padding-top: 10px; border-top: 1px solid var(--line); }
h3 { font-size: 15px; margin: 18px 0 6px; }
p { margin: 6px 0; }
a { color: var(--accent); }
.soft { color: var(--soft); }
.verdict {
  display: inline-block; margin: 10px 0; padding: 6px 16px; border-radius: 6px; font-weight: 700;
  font-size: 18px; border: 2px solid currentcolor;
}
.pass { color: var(--good); } .fail { color: var(--bad); } .partial { color: var(--warn); }
nav { margin: 12px 0 0; display: flex; flex-wrap: wrap; gap: 4px 16px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(165px, 1fr)); gap: 10px; }
.tile {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 10px 12px;
}
.tile b { display: block; font-size: 21px; line-height: 1.3; font-variant-numeric: tabular-nums; }
.tile small { color: var(--soft); display: block; }
[title] {
  text-decoration: underline dotted var(--soft) 1px; text-underline-offset: 3px;
  cursor: help;
}
.tile[title], canvas[title] { text-decoration: none; }
.scroll { overflow-x: auto; margin: 8px 0; }
.scroll:focus-visible, select:focus-visible, summary:focus-visible, a:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 2px;
}
table {
  border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums;
  font-size: 14px;
}
caption { text-align: left; color: var(--soft); padding: 2px 0 6px; }
th, td {
  padding: 5px 10px; text-align: right; border-bottom: 1px solid var(--line);
  white-space: nowrap;
}
th { font-weight: 600; color: var(--soft); vertical-align: bottom; }
th:first-child, td:first-child, .text { text-align: left; }
td:first-child, .text { white-space: normal; overflow-wrap: anywhere; min-width: 9em; }
.bar {
  display: inline-block; width: 70px; height: 9px; background: var(--line);
  border-radius: 3px; margin-left: 8px;
}
.bar i { display: block; height: 100%; background: var(--accent); border-radius: 3px; }
.charts {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 480px), 1fr));
  gap: 16px;
}
figure {
  margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 8px;
  padding: 12px; min-width: 0;
}
figcaption {
  display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; font-weight: 600;
  margin-bottom: 8px;
}
figcaption label { font-weight: 400; color: var(--soft); }
select {
  font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
  border-radius: 5px; padding: 2px 6px; max-width: 100%;
}
.plot { position: relative; height: 270px; }
.heat { position: relative; overflow-y: auto; max-height: 520px; }
.heat canvas { display: block; width: 100%; }
.hint { min-height: 1.5em; color: var(--soft); font-size: 13px; }
details {
  border: 1px solid var(--line); border-radius: 8px; margin: 8px 0; background: var(--card);
}
summary { padding: 8px 12px; cursor: pointer; }
details > div { padding: 4px 12px 12px; }
ol.talk { list-style: none; margin: 0; padding: 0; display: grid; gap: 5px; }
ol.talk li { display: flex; gap: 8px; align-items: baseline; max-width: 640px; }
ol.talk time {
  color: var(--soft); font-size: 12px; min-width: 84px; text-align: right; flex: none;
}
.talk .customer > span, .talk .rep > span {
  border-radius: 10px; padding: 2px 12px; border: 1px solid var(--line);
  background: var(--paper);
}
.talk .rep > span { border-color: var(--accent); margin-left: 48px; }
.talk .event { color: var(--soft); font-size: 13px; }
.talk .trouble { color: var(--bad); }
footer { padding: 30px 20px 50px; color: var(--soft); font-size: 13px; }
@media (max-width: 560px) {
  header, main, footer { padding-left: 12px; padding-right: 12px; }
  .plot { height: 230px; }
}
@media print {
  :root {
  --ink: #000; --soft: #444; --paper: #fff; --card: #fff; --line: #bbb; --good: #064;
  --bad: #900; --accent: #024;
}
  nav, select, .hint { display: none; }
  figure, details, tr { break-inside: avoid; }
  .heat { max-height: none; }
  .scroll { overflow: visible; }
}
`;
