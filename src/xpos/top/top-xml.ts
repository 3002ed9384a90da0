import { Builder, parseStringPromise } from 'xml2js';

/** An XML element's members by name: a text, or members again. */
export interface TopXml {
  readonly [name: string]: string | TopXml;
}

const DECLARATION = '<?xml version="1.0" encoding="utf-8" ?>';
/** What XML 1.0 cannot hold, even as a reference. */
const UNWRITABLE = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const REPLACEMENT = '\ufffd';

// The declaration is our own: the platform writes a blank before its end, the library does not.
const RENDERING = { pretty: false, allowEmpty: true };
const builder = new Builder({ headless: true, renderOpts: RENDERING });

/** Numbers and truths of TOP's documents; in XML nothing else tells them from texts. */
const NUMBERS: ReadonlySet<string> = new Set(['paid_fee', 'http_status_code']);
const TRUTHS: ReadonlySet<string> = new Set(['success']);
const WHOLE = /^-?\d+$/;

/** A document: the root and its members, in their order. */
export function writeTopXml(root: string, content: TopXml): string {
  return DECLARATION + builder.buildObject({ [root]: writable(content) });
}

/**
 * What stands in a document, as an answer in JSON would have it: root and members by name, numbers
 * and truths as such. Members that come twice are a list. Rejects for what is no XML.
 */
export async function readTopXml(text: string): Promise<unknown> {
  if (text.includes('<!DOCTYPE')) throw new Error('DOCTYPE is refused');

  return parseStringPromise(text, {
    explicitArray: false,
    ignoreAttrs: true,
    valueProcessors: [typed],
  }) as Promise<unknown>;
}

function typed(value: string, name: string): string | number | boolean {
  if (NUMBERS.has(name) && WHOLE.test(value)) return Number(value);
  if (TRUTHS.has(name) && (value === 'true' || value === 'false')) return value === 'true';
  return value;
}

function writable(content: TopXml): TopXml {
  const members = Object.entries(content).map(([name, value]) => [
    name,
    typeof value === 'string' ? value.replace(UNWRITABLE, REPLACEMENT) : writable(value),
  ]);
  return Object.fromEntries(members) as TopXml;
}
