const SYSTEMS = {
  1: 'scenic tickets',
  2: 'POS',
  3: 'car rental',
  4: 'shuttle',
  5: 'equipment rental',
  6: 'concession retail',
  7: 'stored-value card',
} as const;

/** A bill type as the names of settings end. */
type Ending = keyof typeof SYSTEMS;

const url = (ending: Ending) => ({
  fallback: null,
  meaning: `Where callbacks go: ${SYSTEMS[ending]}. https in production.`,
});

const secret = (ending: Ending) => ({
  fallback: null,
  fallbackInWords: '`CALLBACK_SECRET`',
  meaning: `Signs the callbacks to bill type ${ending}, in place of \`CALLBACK_SECRET\`.`,
  secret: true as const,
});

const format = (ending: Ending) => ({
  fallback: 'json',
  choices: ['json', 'xml'] as const,
  meaning: `How the callbacks to bill type ${ending} are written.`,
});

const allowHttp = (ending: Ending) => ({
  fallback: 'false',
  choices: ['true', 'false'] as const,
  meaning: `Production: \`CALLBACK_URL_${ending}\` may be http, at a private address.`,
});

/** The settings of callbacks, some of them once for each bill type. */
export const CALLBACK_SETTINGS = {
  CALLBACK_SECRET: {
    fallback: null,
    fallbackInWords: 'none; must be set with any `CALLBACK_URL_n` without a secret of its own',
    meaning:
      'Signs the callbacks: `whsec_` and base64 of 24 to 64 bytes; two, comma-separated, while ' +
      'it changes, both sign.',
    secret: true as const,
  },
  CALLBACK_URL_1: url(1),
  CALLBACK_URL_2: url(2),
  CALLBACK_URL_3: url(3),
  CALLBACK_URL_4: url(4),
  CALLBACK_URL_5: url(5),
  CALLBACK_URL_6: url(6),
  CALLBACK_URL_7: url(7),
  CALLBACK_SECRET_1: secret(1),
  CALLBACK_SECRET_2: secret(2),
  CALLBACK_SECRET_3: secret(3),
  CALLBACK_SECRET_4: secret(4),
  CALLBACK_SECRET_5: secret(5),
  CALLBACK_SECRET_6: secret(6),
  CALLBACK_SECRET_7: secret(7),
  CALLBACK_FORMAT_1: format(1),
  CALLBACK_FORMAT_2: format(2),
  CALLBACK_FORMAT_3: format(3),
  CALLBACK_FORMAT_4: format(4),
  CALLBACK_FORMAT_5: format(5),
  CALLBACK_FORMAT_6: format(6),
  CALLBACK_FORMAT_7: format(7),
  CALLBACK_ALLOW_HTTP_1: allowHttp(1),
  CALLBACK_ALLOW_HTTP_2: allowHttp(2),
  CALLBACK_ALLOW_HTTP_3: allowHttp(3),
  CALLBACK_ALLOW_HTTP_4: allowHttp(4),
  CALLBACK_ALLOW_HTTP_5: allowHttp(5),
  CALLBACK_ALLOW_HTTP_6: allowHttp(6),
  CALLBACK_ALLOW_HTTP_7: allowHttp(7),
} as const;
