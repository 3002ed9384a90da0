import { createHash } from 'node:crypto';
import { PayError } from '../../domain/errors';
import { MAX_AMOUNT, fen } from '../../domain/money';
import type { Fen } from '../../domain/money';
import { scannedCode } from '../../domain/collect/scanned-code';
import { requestContract } from '../../wire/operation/contract';
import type { FlatRecord } from '../../wire/operation/contract';
import { readJson } from '../../wire/codec/json/json-read';
import { topError } from '../top/top-errors';

/** What xpos.pay asks for. */
export interface XposPayAsk {
  /** Fen, 1 to `MAX_AMOUNT`. */
  readonly amount: Fen;
  /** The guest's code: secret, good for a minute, kept nowhere. */
  readonly authCode: string;
  readonly requestId: string;
  readonly outBizId: string;
  /** Number and name of who sits at the till. */
  readonly cashiers: readonly string[];
  /** Digest of all of it but the guest's code, which rotates. */
  readonly content: string;
  /** Where and by whom it was asked, as text for the books. */
  readonly detail: string;
}

/** Members of the parameter object: longest value, and whether it must be there. */
const MEMBERS: readonly (readonly [name: string, longest: number, required: boolean])[] = [
  ['nego_price', 11, true],
  ['qr_code', 40, true],
  ['request_id', 64, true],
  ['out_biz_id', 64, true],
  ['cashier_name', 64, true],
  ['cashier_id', 64, true],
  ['store_id', 64, true],
  ['machine_id', 64, false],
  ['item_id', 20, false],
];

/** The name of the one parameter, whose value is a JSON object. Source: TOP, xpos.pay. */
export const PARAMETER = 'param0';

const PayParm = requestContract(
  'QingchengPayReqDTO',
  '',
  Object.fromEntries(MEMBERS.map(([name]) => [name, 'text' as const])),
);
const FEN = /^[1-9]\d{0,10}$/;
const WHOLE = /^\d{1,19}$/;
const CONTROLS = /\p{Cc}/u;

/**
 * Reads the parameter object.
 * @throws TopError 40 missing, 41 invalid; both name the member
 */
export function readPayRequest(json: string): XposPayAsk {
  if (json.trim() === '') throw topError('NO_ARGUMENT', { about: PARAMETER });
  const record = parse(json);
  const values = new Map(
    MEMBERS.map(([name, longest, required]) => [name, member(record, name, longest, required)]),
  );
  const value = (name: string): string => values.get(name) ?? '';
  if (!FEN.test(value('nego_price')) || Number(value('nego_price')) > MAX_AMOUNT) {
    throw invalid('nego_price');
  }
  if (value('item_id') !== '' && !WHOLE.test(value('item_id'))) throw invalid('item_id');
  const shown = [...values].filter(([name, text]) => name !== 'qr_code' && text !== '');
  return {
    amount: fen(Number(value('nego_price'))),
    authCode: value('qr_code'),
    // To SQL Server two ids that differ in blanks at the end are one.
    requestId: value('request_id').replace(/ +$/, ''),
    outBizId: value('out_biz_id'),
    cashiers: [value('cashier_id'), value('cashier_name')],
    content: createHash('sha256').update(JSON.stringify(shown)).digest('hex'),
    detail: JSON.stringify(Object.fromEntries(shown)),
  };
}

function parse(json: string): FlatRecord {
  try {
    return readJson(PayParm, Buffer.from(json, 'utf8'), 'utf-8');
  } catch (error) {
    if (!(error instanceof PayError)) throw error;
    throw topError('ARGUMENT', { about: PARAMETER, shown: error.shown });
  }
}

function member(record: FlatRecord, name: string, longest: number, required: boolean): string {
  const given = record[name] ?? '';
  const text = name === 'qr_code' ? scannedCode(given) : given;
  if (text.trim() === '') {
    if (required) throw topError('NO_ARGUMENT', { about: `${PARAMETER}.${name}` });
    return '';
  }
  if (text.length > longest || CONTROLS.test(text)) throw invalid(name);
  return text;
}

function invalid(name: string): Error {
  return topError('ARGUMENT', { about: `${PARAMETER}.${name}` });
}
