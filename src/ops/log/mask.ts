import { isOurs } from '../../config/reading/settings';
import { RIGHTS } from '../rights';

const HIDDEN = '***';
/** Shorter texts are too common to be searched for. */
const SHORTEST_SECRET = 6;

const NAMES =
  'auth_?code|bar_?code|card_?no|buyer\\w*|sign|private_?key|x-api-key|api_?key|password|passwd|' +
  'pwd|secret|authorization|cookie';

type Rule = readonly [find: RegExp, put: string];

/** What is hidden wherever it stands, because of its shape or the name before it. */
const RULES: readonly Rule[] = [
  [/-----BEGIN [^-]{1,40}-----[\s\S]*?(?:-----END [^-]{1,40}-----|$)/g, HIDDEN],
  // Not the word that stands for one where it is told how such an address is written.
  [/([a-z][\w+.-]{0,20}:\/\/[^\s:/@]{0,100}):(?!password@)[^\s@/]{1,200}@/gi, `$1:${HIDDEN}@`],
  [/([?&][\w.%-]{1,60}=)[^&\s"'<>]+/g, `$1${HIDDEN}`],
  // Accounts at Alipay, and the codes guests show.
  [/(?<!\d)2088\d{12}(?!\d)/g, `2088${HIDDEN}`],
  [/(?<!\d)(?:2[5-9]|30)\d{14,22}(?!\d)/g, HIDDEN],
];

/** A name and the value behind it. */
const NAMED = new RegExp(`((?:${NAMES})["']?\\s*[:=]\\s*)("[^"]*"|'[^']*'|[^\\s,;&}"']+)`, 'gi');
const LONGEST_SETTING = 40;

/**
 * Hides the value. `SETTING: words` is a line of ours about a setting, never with its value: the
 * values themselves are known and hidden wherever they stand.
 */
function hideNamed(all: string, name: string, _value: string, at: number, text: string): string {
  if (name.endsWith(': ')) {
    const before = text.slice(Math.max(0, at - LONGEST_SETTING), at);
    const setting = /\w*$/.exec(before)?.[0] + name.slice(0, -2);
    if (isOurs(setting)) return all;
  }
  return name + HIDDEN;
}

/** What an error says of a request: its verb, its path, its query. */
const REQUESTED = /\b([A-Z]{3,10}) (\/[^\s?#]*)([?#]\S*)?/g;

function hideRequested(_all: string, verb: string, path: string, query?: string): string {
  return `${verb} ${hideSegments(path)}${query === undefined ? '' : `${query[0]}${HIDDEN}`}`;
}

/** The words our own routes are made of, in small letters. */
const ROUTE_WORDS = new Set(RIGHTS.flatMap(({ path }) => path.toLowerCase().split('/')));

/** Only what is a word of our routes is shown: a caller may have put a key, or a card, anywhere. */
function hideSegments(path: string): string {
  const segments = path.split('/');
  return segments.map((each) => (ROUTE_WORDS.has(each.toLowerCase()) ? each : HIDDEN)).join('/');
}

/** Signatures, keys and hashes have this length at least; our numbers at Alipay have 32. */
const LONG_RUN = /[A-Za-z0-9+/_-]{43,}={0,2}/g;

/** Paths in a stack have far more slashes than Base64, which has one in 64 letters. */
function hideRun(run: string): string {
  const isPath = (run.split('/').length - 1) * 15 > run.length;
  return /\d/.test(run) && !isPath ? HIDDEN : run;
}

/** Characters that end a line, steer a terminal, or turn the order of a text around. */
const UNSAFE = /[^\P{C}\n]|[\u2028\u2029]/gu;

function spell(character: string): string {
  if (character === '\t') return ' ';
  const code = character.codePointAt(0) ?? 0;
  return `\\u${code.toString(16).padStart(4, '0')}`;
}

/** Makes texts fit for the log: cut, without secrets, without characters that do something. */
export class Mask {
  private readonly secrets: readonly string[];

  /** `secrets`: texts that must not be seen anywhere, such as the database password. */
  constructor(secrets: readonly string[] = []) {
    this.secrets = secrets
      .flatMap((secret) => [secret, encodeURIComponent(secret)])
      .filter((secret) => secret.length >= SHORTEST_SECRET)
      .sort((left, right) => right.length - left.length);
  }

  /** One line, at most `max` characters and a mark where it was cut. */
  line(text: string, max = 2_000): string {
    return this.lines(text, max).replaceAll('\n', '\\n');
  }

  /** The path of a request nobody serves, at most `max` characters of it. */
  path(path: string, max: number): string {
    return this.line(hideSegments(path.slice(0, max)), max);
  }

  /** As `line`, with its line ends: for stacks. */
  lines(text: string, max = 8_000): string {
    const cut = text.length > max ? `${text.slice(0, max)}… (${text.length} characters)` : text;
    const open = this.secrets.reduce((kept, secret) => kept.replaceAll(secret, HIDDEN), cut);
    const asked = open.replace(REQUESTED, hideRequested);
    const shaped = RULES.reduce((kept, [find, put]) => kept.replace(find, put), asked);
    const safe = shaped.replace(NAMED, hideNamed);
    return safe.replace(LONG_RUN, hideRun).replace(UNSAFE, spell);
  }
}
