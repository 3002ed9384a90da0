import { chinaTime } from '../../domain/china-time';
import { html, SafeHtml } from '../pages/html';
import { curlOf } from './acts';
import { Look, Say, THEMES, Words } from './look';
import { Note } from './notes';
import { DONE, REFUSED, REFUSED_OTHERWISE } from './texts/act-texts';

/** What every page is told. */
export interface View {
  readonly look: Look;
  readonly say: Say;
  /** What was asked for; its query narrows. */
  readonly url: URL;
  /** Simulated time, epoch ms. */
  readonly nowMs: number;
}

/** One page: its place in the navigation, its heading, and what stands below. */
export interface Page {
  readonly path: string;
  readonly title: string;
  readonly content: SafeHtml;
}

/** The whole of a page, and what came of the act before it. */
export interface Framed {
  readonly page: Page;
  readonly view: View;
  readonly note: Note | undefined;
  /** Where curl finds the simulator. */
  readonly address: string;
}

const NAVIGATION: readonly (readonly [path: string, words: Words])[] = [
  ['/', ['交易', 'Trades']],
  ['/panel/faults', ['故障', 'Faults']],
  ['/panel/clock', ['时钟', 'Clock']],
  ['/panel/notifies', ['通知', 'Notifies']],
  ['/panel/bills', ['账单', 'Bill']],
];

const THEME_WORDS: Readonly<Record<Look['theme'], Words>> = {
  auto: ['跟随设备', 'As the device'],
  light: ['浅色', 'Light'],
  dark: ['深色', 'Dark'],
};

/** The page in its frame: navigation, look, note. */
export function framed(whole: Framed): string {
  const { page, view } = whole;
  const { look, say } = view;
  const brand = say(['模拟支付宝', 'Simulated Alipay']);
  return html`<!doctype html>
    <html lang="${look.lang === 'zh' ? 'zh-CN' : 'en'}" data-theme="${look.theme}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${page.title} · ${brand}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/panel/colours.css" />
        <link rel="stylesheet" href="/panel/panel.css" />
        <script src="/panel/panel.js" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">${say(['跳到内容', 'Skip to the content'])}</a>
        <header class="bar">
          <a class="brand" href="/"><span aria-hidden="true">¥</span>${brand}</a>
          ${navigation(page.path, say)} ${looks(view)}
        </header>
        <main id="main" tabindex="-1">
          <h1>${page.title}</h1>
          ${whole.note === undefined ? '' : noteBox(whole.note, view, whole.address)}
          ${page.content}
        </main>
        <footer>
          ${say(['仅供测试，没有真实资金', 'For testing only: no real money moves'])} ·
          <span data-live id="now">${clockText(view)}</span>
        </footer>
      </body>
    </html> `.text;
}

/** A form whose button asks for one act. */
export function actForm(
  act: Note['act'],
  content: SafeHtml,
  button: { readonly text: string; readonly look?: string; readonly id: string },
): SafeHtml {
  return html`<form method="post" action="/panel/acts/${act}">
    ${content}<button id="${button.id}" class="${button.look ?? 'plain'}">${button.text}</button>
  </form>`;
}

/** A field that a form brings along unseen. */
export function hidden(name: string, value: string): SafeHtml {
  return html`<input type="hidden" name="${name}" value="${value}" />`;
}

/** An instant in China's time, or a dash. */
export function timeText(atMs: number | null): string {
  return atMs === null ? '–' : chinaTime(atMs);
}

function clockText({ say, nowMs }: View): string {
  return `${say(['模拟时间', 'simulated time'])} ${chinaTime(nowMs)}`;
}

function navigation(path: string, say: Say): SafeHtml {
  return html`<nav aria-label="${say(['页面', 'Pages'])}">
    <ul>
      ${NAVIGATION.map(([to, words]) => {
        const link = to === path ? html`aria-current="page"` : html``;
        return html`<li><a href="${to}" ${link}>${say(words)}</a></li>`;
      })}
    </ul>
  </nav>`;
}

function looks({ look, say, url }: View): SafeHtml {
  const back = `${url.pathname}${url.search}`;
  const to = (change: string): string => `/panel/look?${change}&back=${encodeURIComponent(back)}`;
  const other = look.lang === 'zh' ? 'en' : 'zh';
  const next = THEMES[(THEMES.indexOf(look.theme) + 1) % THEMES.length] ?? 'auto';
  const theme = `${say(['外观', 'Look'])}: ${say(THEME_WORDS[look.theme])}`;
  return html`<p class="looks">
    <a href="${to(`theme=${next}`)}">${theme}</a>
    <a href="${to(`lang=${other}`)}" lang="${other === 'zh' ? 'zh-CN' : 'en'}" id="language"
      >${other === 'zh' ? '中文' : 'English'}</a
    >
  </p>`;
}

function noteBox(note: Note, { say }: View, address: string): SafeHtml {
  const { refused, act, order } = note;
  const words = refused === null ? DONE[act] : (REFUSED[refused] ?? REFUSED_OTHERWISE);
  const look = refused === null ? 'good' : 'bad';
  const told = refused === null ? toldBy(note.answer) : refused;
  return html`<section class="note ${look}" role="status">
    <p>
      <strong>${say(words)}</strong>
      ${told === null ? '' : html`<code>${told}</code>`}
    </p>
    <p class="curl">
      <span>${say(['用 curl 也一样：', 'The same by curl:'])}</span>
      <code tabindex="0">${curlOf(order, address)}</code>
    </p>
  </section>`;
}

/** What the receiver of a notify answered; null: the answer is of another kind. */
function toldBy(answer: unknown): string | null {
  const { reception } = (answer ?? {}) as { reception?: { status: number | null; body: string } };
  if (reception === undefined) return null;
  return `${reception.status ?? '–'} ${reception.body}`.slice(0, 200);
}
