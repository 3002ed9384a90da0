/** The members of an answer that are amounts. Source: Alipay's methods of `alipay.trade`. */
const AMOUNT = /_(?:amount|fee)$/;

/** A string or a number of a valid JSON text; strings, so that no digits of one are taken. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;

/**
 * The answer with its amounts as text. Alipay writes `"88.88"`, its samples show 88.88 as well: of
 * such a number the very characters that were signed are taken, because as a float
 * 88.880000000000001 would be the same. `text`: the JSON text of the answer.
 */
export function exactAmounts(
  answer: Readonly<Record<string, unknown>>,
  text: string,
): Readonly<Record<string, unknown>> {
  const names = Object.keys(answer).filter(
    (name) => typeof answer[name] === 'number' && AMOUNT.test(name),
  );
  if (names.length === 0) return answer;
  const exact = JSON.parse(text.replace(STRING_OR_NUMBER, quoted)) as Record<string, unknown>;
  return { ...answer, ...Object.fromEntries(names.map((name) => [name, exact[name]])) };
}

function quoted(token: string): string {
  return token.startsWith('"') ? token : `"${token}"`;
}
