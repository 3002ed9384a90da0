/** A request as Nest's clients put it into a message: `{pattern, data, id}` in JSON, and ours. */
export interface Packet {
  /**
   * What is wanted: a text, or the JSON of what is none, which nothing here is known by; null: the
   * message does not say, its subject does.
   */
  readonly pattern: string | null;
  /** The sender's number for this message, as JSON: it is repeated in the reply. */
  readonly idJson: string;
  /** Is that a number, or a text of a length that clients give? */
  readonly isUsualId: boolean;
  /** It, where it is fit to be kept and shown; null: it is not. At most 64 characters. */
  readonly plainId: string | null;
  /** The key it brings; null: none. What is no text is a key that nobody has. */
  readonly apiKey: string | null;
  /** Where its sender stands in a trace; null: it does not say. */
  readonly traceParent: string | null;
  /** `data` exactly as it was written, so that no number passes through a float. UTF-8. */
  readonly body: Buffer;
}

const MAX_ID = 200;
const PLAIN_ID = /^[\w.:-]{1,64}$/;

/** Reads a request; null when the message is none, or wants no reply. */
export function readPacket(text: string): Packet | null {
  const packet = parse(text);
  if (typeof packet !== 'object' || packet === null || Array.isArray(packet)) return null;
  const { pattern, id, apikey, traceparent } = packet as Partial<Record<string, unknown>>;
  if (id === undefined || id === null) return null;
  return {
    pattern: typeof pattern === 'string' ? pattern : memberText(text, 'pattern'),
    idJson: memberText(text, 'id') ?? '',
    isUsualId: typeof id === 'number' || (typeof id === 'string' && id.length <= MAX_ID),
    plainId: plainIdOf(id),
    apiKey: apikey === undefined || apikey === null ? null : textOf(apikey),
    traceParent: typeof traceparent === 'string' ? traceparent : null,
    body: Buffer.from(memberText(text, 'data') ?? '', 'utf8'),
  };
}

/** The reply Nest's clients wait for: one value, and no more to come. */
export function replyPacket(idJson: string, responseJson: string): string {
  return `{"response":${responseJson},"isDisposed":true,"id":${idJson}}`;
}

function plainIdOf(id: unknown): string | null {
  if (typeof id !== 'string' && typeof id !== 'number') return null;
  return PLAIN_ID.exec(String(id))?.[0] ?? null;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * A member of the outermost object as it stands in the text; null when it is not there. Of two with
 * one name the last counts, as in `JSON.parse`. The text must be valid JSON.
 */
export function memberText(json: string, name: string): string | null {
  let found: string | null = null;
  for (let at = json.indexOf('{') + 1; at < json.length; at += 1) {
    if (json[at] !== '"') continue; // Blanks and commas between members.
    const keyEnd = stringEnd(json, at);
    const start = json.indexOf(':', keyEnd) + 1;
    const end = valueEnd(json, start);
    if (JSON.parse(json.slice(at, keyEnd)) === name) found = json.slice(start, end).trim();
    at = end;
  }
  return found;
}

/** The place after the string that begins at `at`. */
function stringEnd(json: string, at: number): number {
  for (let place = at + 1; ; place += 1) {
    const character = json[place];
    if (character === '\\') place += 1;
    else if (character === '"') return place + 1;
  }
}

/** The place of the comma or brace that ends the value beginning at `at`. */
function valueEnd(json: string, at: number): number {
  let depth = 0;
  for (let place = at; ; place += 1) {
    const character = json[place];
    if (character === '"') place = stringEnd(json, place) - 1;
    else if (character === '{' || character === '[') depth += 1;
    else if (depth === 0 && (character === ',' || character === '}')) return place;
    else if (character === '}' || character === ']') depth -= 1;
  }
}
