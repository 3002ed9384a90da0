import { SafeHtml } from './html';

/**
 * The look of the guest's phone: one column, large touch targets, light and dark, every text in a
 * contrast of 4.5 at least. An amount is as large as fits in one line.
 */
export const PHONE_STYLE = new SafeHtml(`
:root { color-scheme: light dark; --blue: #0b5cd5; --page: #f2f4f7; --card: #fff; --text: #1a1a1a;
  --soft: #566273; --line: #e5e7eb; --green: #0b7d44; --grey: #626c79; }
@media (prefers-color-scheme: dark) {
  :root { --page: #101418; --card: #1b2127; --text: #f3f4f6; --soft: #a3afbd; --line: #2d353d; } }
* { box-sizing: border-box; margin: 0; }
body { min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column;
  background: var(--page); color: var(--text); line-height: 1.5;
  font-family: system-ui, -apple-system, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans SC',
    sans-serif; }
header { background: var(--blue); color: #fff; font-size: 1.05rem; font-weight: 600;
  padding: 0.7rem 1rem 2.4rem; }
header { display: grid; grid-template-columns: 1fr auto 1fr; align-items: center; }
header span { grid-column: 2; }
header a { justify-self: end; padding: 0.3rem 0.6rem; color: #fff; font-size: 0.9rem;
  font-weight: 400; }
header a:focus-visible { outline: 2px solid #fff; }
main { width: 100%; max-width: 26rem; margin: -1.7rem auto 0; padding: 0 1rem; flex: 1; }
.card { container-type: inline-size; }
.card, .notice { background: var(--card); border-radius: 1rem; padding: 1.5rem 1.25rem;
  margin-bottom: 1rem; text-align: center; box-shadow: 0 2px 12px rgb(0 0 0 / 7%); }
.merchant { display: flex; align-items: center; justify-content: center; gap: 0.6rem;
  font-size: 1rem; font-weight: 500; }
.logo { display: inline-grid; place-items: center; width: 2rem; height: 2rem; flex: none;
  border-radius: 50%; background: var(--blue); color: #fff; font-size: 0.95rem; }
.amount { font-size: min(2.7rem, 10.5cqw); font-weight: 700; margin: 0.6rem 0 0.3rem;
  white-space: nowrap;
  font-variant-numeric: tabular-nums; line-height: 1.15; }
.amount span { font-size: 0.55em; margin-right: 0.15em; }
.subject { overflow-wrap: anywhere; }
.body { color: var(--soft); font-size: 0.9rem; margin-top: 0.3rem; overflow-wrap: anywhere; }
form { margin-bottom: 0.75rem; }
button { width: 100%; min-height: 3.4rem; border: 0; border-radius: 0.9rem; font: inherit;
  font-size: 1.1rem; font-weight: 600; cursor: pointer; padding: 0.5rem; }
button.primary { background: var(--blue); color: #fff; }
button.plain { background: transparent; color: var(--text); border: 1px solid var(--line); }
button:active { filter: brightness(0.92); }
button:focus-visible { outline: 3px solid var(--text); outline-offset: 2px; }
.hint { color: var(--soft); text-align: center; margin: 0.25rem 0 1rem; font-size: 0.95rem; }
.notice .hint { margin: 0.5rem 0 0; }
h1 { font-size: 1.4rem; font-weight: 600; }
.sign { width: 4.2rem; height: 4.2rem; margin: 0.25rem auto 0.75rem; border-radius: 50%;
  display: grid; place-items: center; color: #fff; background: var(--grey); font-size: 2.3rem;
  line-height: 1; }
.paid .sign { background: var(--green); }
.refunded .sign { background: var(--blue); }
dl { border-top: 1px solid var(--line); margin-top: 1rem; padding-top: 1rem; display: grid;
  grid-template-columns: auto 1fr; gap: 0.5rem 0.75rem; text-align: left; font-size: 0.875rem; }
dt { color: var(--soft); white-space: nowrap; }
dd { text-align: right; overflow-wrap: anywhere; }
footer { text-align: center; color: var(--soft); font-size: 0.8rem; padding: 1rem; }
`);
