import { ConfigError } from './config-error';
import { Secret } from './secret';
import {
  type Choice,
  type ChoiceName,
  isOurs,
  isSetting,
  type SettingName,
  SETTING_NAMES,
  settingRow,
  type WholeName,
} from './settings';

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Reads a text file; throws when it cannot. */
export type ReadFile = (path: string) => string;

/** What an address may contain besides scheme, host, port and path. */
export interface UrlRules {
  /** Without the colon, for example `https`. */
  readonly schemes: readonly string[];
  readonly user?: boolean;
  readonly query?: boolean;
}

const PLACEHOLDER = /change-?me/i;

/**
 * Reads single settings and collects what is wrong with them. After a problem it answers with
 * some value of the right type, so that reading goes on; `finish` then refuses them all at once.
 */
export class EnvReader {
  private readonly problems = new Set<string>();

  constructor(
    private readonly env: Env,
    private readonly readFile: ReadFile,
  ) {}

  /** Notes a problem. The text must not repeat the value. */
  problem(name: string, what: string): void {
    this.problems.add(`${name}: ${what}`);
  }

  /** Was the variable given a value? An empty or blank one counts as not set. */
  isSet(name: SettingName): boolean {
    return this.given(name) !== null;
  }

  /** The value or the default, without blanks around it; null: neither. */
  text(name: SettingName): string | null {
    return this.given(name) ?? settingRow(name).fallback;
  }

  /** The value, to be kept from view; null: not set. */
  secret(name: SettingName): Secret | null {
    const text = this.text(name);
    return text === null ? null : new Secret(text);
  }

  /** A whole number within the range of the table. */
  whole(name: WholeName): number {
    const [min, max] = settingRow(name).whole ?? [0, 0];
    const text = this.text(name) ?? '';
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    this.problem(name, `must be a whole number from ${min} to ${max}`);
    return min;
  }

  /** One of the words of the table; `otherwise` where the default depends on other settings. */
  choice<Name extends ChoiceName>(name: Name, otherwise?: Choice<Name>): Choice<Name> {
    const choices = (settingRow(name).choices ?? []) as readonly Choice<Name>[];
    const text = this.text(name) ?? otherwise;
    const value = choices.find((choice) => choice === text);
    if (value !== undefined) return value;
    this.problem(name, `must be one of ${choices.join(', ')}`);
    return choices[0] as Choice<Name>;
  }

  /** An absolute address; null: not set or not usable. */
  url(name: SettingName, rules: UrlRules): URL | null {
    const text = this.text(name);
    if (text === null) return null;
    const url = URL.canParse(text) ? new URL(text) : null;
    const scheme = url?.protocol.slice(0, -1) ?? '';
    if (!url || !rules.schemes.includes(scheme) || url.hostname === '') {
      this.problem(name, `must be an address like ${rules.schemes.join(':// or ')}://host`);
      return null;
    }
    if (!rules.user && (url.username !== '' || url.password !== '')) {
      this.problem(name, 'must not contain a user or password');
    }
    if (url.hash !== '' || (!rules.query && url.search !== '')) {
      this.problem(name, rules.query ? 'must not contain #' : 'must not contain ? or #');
    }
    return url;
  }

  /** The text of the file the setting names; null: not set or not readable. */
  file(name: SettingName): string | null {
    const path = this.text(name);
    if (path === null) return null;
    try {
      return this.readFile(path);
    } catch {
      this.problem(name, 'names a file that cannot be read');
      return null;
    }
  }

  /** The parts of a comma-separated list, without blanks; empty: not set. */
  list(name: SettingName): string[] {
    const text = this.text(name);
    return text === null ? [] : text.split(',').map((part) => part.trim());
  }

  /** Throws all problems, those no single reading sees included. @throws ConfigError */
  finish(): void {
    this.findPlaceholders();
    this.findUnknownNames();
    if (this.problems.size > 0) throw new ConfigError([...this.problems]);
  }

  private given(name: string): string | null {
    const text = this.env[name]?.trim();
    return text === undefined || text === '' ? null : text;
  }

  private findPlaceholders(): void {
    for (const name of SETTING_NAMES) {
      if (PLACEHOLDER.test(this.given(name) ?? '')) {
        this.problem(name, 'is still the placeholder of the sample file');
      }
    }
  }

  private findUnknownNames(): void {
    for (const name of Object.keys(this.env)) {
      if (isOurs(name) && !isSetting(name) && this.given(name) !== null) {
        this.problem(name, 'is not a known setting');
      }
    }
  }
}
