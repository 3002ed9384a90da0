import type { Config } from '../../config/config';
import { bad, doubtful, type Finding, good } from './finding';

/**
 * Whether this is meant to take real money. `live`: the operator says that it is; then what is
 * fine for a trial is not fine any more.
 */
export function liveFindings(config: Config, live: boolean): Finding[] {
  return [mode(config, live), alipay(config, live), callers(config)];
}

function mode({ nodeEnv }: Config, live: boolean): Finding {
  const found = `NODE_ENV is ${nodeEnv}`;
  if (nodeEnv === 'production' || !live) return good('mode', found);
  return bad('mode', found, 'set NODE_ENV=production to go live');
}

function alipay({ alipay: chosen }: Config, live: boolean): Finding {
  const check = 'Alipay';
  if (chosen.kind === 'real') return good(check, chosen.settings.gateway);
  const advice = 'set the account at Alipay to take real money';
  const found = 'simulated: no account is set';
  return live ? bad(check, found, advice) : doubtful(check, found, advice);
}

function callers({ access }: Config): Finding {
  return access.auth === 'keys'
    ? good('callers', `API keys: ${access.apiKeys.length}`)
    : doubtful('callers', 'everybody may call', 'set API_KEYS');
}
