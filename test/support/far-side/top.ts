import { chinaTime } from '../../../src/domain/china-time';
import { signTop } from '../../../src/xpos/top/top-signature';
import type { SignMethod } from '../../../src/xpos/top/top-signature';

/** Method of the document. */
export const QUERY_STATUS = 'alibaba.alisports.lianbei.xpos.querystatus';

/** The pair for trying out, which every service outside production knows. */
export const APP = { key: '3pay-sandbox', secret: '3pay-sandbox-secret' };

/** Parameters by name; undefined takes a usual one away. */
export type Parameters = Readonly<Record<string, string | undefined>>;

/** The parameters of a signed request of now; those of `changes` replace the usual ones. */
export function signed(changes: Parameters = {}, secret = APP.secret): Map<string, string> {
  const usual: Parameters = {
    method: QUERY_STATUS,
    app_key: APP.key,
    timestamp: chinaTime(Date.now()),
    v: '2.0',
    sign_method: 'md5',
    format: 'json',
    ...changes,
  };
  const given = Object.entries(usual).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const parameters = new Map(given);
  const method = (usual['sign_method'] ?? 'md5').toLowerCase() as SignMethod;
  if (!('sign' in changes)) parameters.set('sign', signTop(method, parameters, secret));
  return parameters;
}

/** A TOP answer, whatever it holds. */
export interface TopAnswer {
  readonly status: number;
  readonly type: string;
  readonly headers: Headers;
  readonly text: string;
}

/** Sends parameters as the npm clients do: all of them in a form. */
export function postForm(url: string, parameters: Map<string, string>): Promise<TopAnswer> {
  return send(`${url}/router/rest`, { method: 'POST', body: new URLSearchParams([...parameters]) });
}

/** Sends a request and reads its answer. */
export async function send(url: string, init: RequestInit = {}): Promise<TopAnswer> {
  const answer = await fetch(url, init);
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, type, headers: answer.headers, text: await answer.text() };
}

/** `code sub_code` of an error in either format; the whole text when it is none. */
export function refusalOf({ text }: TopAnswer): string {
  if (text.startsWith('<')) {
    const read = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1];
    return text.includes('<error_response>') ? `${read('code')} ${read('sub_code')}` : text;
  }
  const { error_response: error } = JSON.parse(text) as { error_response?: ErrorResponse };
  return error ? `${error.code} ${error.sub_code}` : text;
}

interface ErrorResponse {
  readonly code: number;
  readonly sub_code: string;
}

/** The model of a querystatus answer in JSON. */
export function modelOf({ text }: TopAnswer): Readonly<Record<string, unknown>> {
  const node = 'alibaba_alisports_lianbei_xpos_querystatus_response';
  const answer = JSON.parse(text) as Record<string, { result?: { model?: object } } | undefined>;
  const model = answer[node]?.result?.model;
  if (!model) throw new Error(`no model: ${text}`);
  return model as Readonly<Record<string, unknown>>;
}

/** Parameters as a query or a form has them. */
export function encoded(parameters: Iterable<[string, string]>): string {
  return new URLSearchParams([...parameters]).toString();
}
