import { SETTING_NAMES, settingRow } from '../../config/reading/settings';

type Env = Readonly<Record<string, string | undefined>>;

const MANY = /^(?:API_KEYS|TOP_APP_KEYS|CALLBACK_SECRET.*)$/;

/** The texts of an environment that must not be seen: secrets, and the passwords in addresses. */
export function secretsOf(env: Env): string[] {
  return SETTING_NAMES.flatMap((name) => {
    const value = settingRow(name).secret ? (env[name]?.trim() ?? '') : '';
    if (value === '') return [];
    if (value.includes('://') && URL.canParse(value)) return passwordOf(value);
    if (!MANY.test(name)) return [value, value.replaceAll('\\n', '\n')];
    return value.split(',').map((entry) => entry.trim().split(':').at(-1) ?? '');
  });
}

function passwordOf(address: string): string[] {
  const { password } = new URL(address);
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}
