/** HTML that is known to be safe. */
export class SafeHtml {
  constructor(readonly text: string) {}
}

type Part = string | SafeHtml | readonly SafeHtml[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A template whose text parts are escaped, in elements and in quoted attributes alike. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): SafeHtml {
  const inserted = parts.map((part, index) => safe(part) + (texts[index + 1] ?? ''));
  return new SafeHtml((texts[0] ?? '') + inserted.join(''));
}

function safe(part: Part): string {
  if (part instanceof SafeHtml) return part.text;
  if (typeof part !== 'string') return part.map((one) => one.text).join('');
  return part.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '');
}
