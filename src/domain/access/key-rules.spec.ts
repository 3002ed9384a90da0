import { BILL_TYPES } from '../bill';
import {
  billTypesText,
  isKeyName,
  isWholeHouse,
  mayBeRevoked,
  mayMakeKey,
  readBillTypes,
} from './key-rules';
import type { Reach } from './key-rules';
import { isRole, ROLES } from './role';
import type { Role } from './role';

/** `operator 12` as a reach. */
function reach(text: string): Reach {
  const [role = '', types = ''] = text.split(' ');
  const billTypes = readBillTypes(types);
  if (!isRole(role) || !billTypes) throw new Error(text);
  return { role, billTypes };
}

describe('who may make which key', () => {
  it.each`
    maker            | wanted           | may
    ${'operator *'}  | ${'operator *'}  | ${true}
    ${'operator *'}  | ${'viewer 3'}    | ${true}
    ${'operator 12'} | ${'operator 12'} | ${true}
    ${'operator 12'} | ${'till 2'}      | ${true}
    ${'operator 12'} | ${'till 3'}      | ${false}
    ${'operator 12'} | ${'till 123'}    | ${false}
    ${'operator 1'}  | ${'viewer *'}    | ${false}
  `('$maker makes $wanted: $may', ({ maker, wanted, may }: Record<string, string>) => {
    expect(mayMakeKey(reach(maker ?? ''), reach(wanted ?? ''))).toBe(may);
  });

  it.each(ROLES.filter((role) => role !== 'operator'))('a %s makes none', (role: Role) => {
    expect(mayMakeKey({ role, billTypes: BILL_TYPES }, reach('viewer 1'))).toBe(false);
  });
});

describe('who may be revoked', () => {
  it.each<[string, string[], boolean]>([
    ['till 1', [], true],
    ['viewer *', [], true],
    ['operator *', [], false],
    ['operator *', ['desk *', 'till *', 'viewer *', 'monitor *'], false],
    ['operator *', ['operator 123456'], false],
    ['operator *', ['operator 123', 'operator 4567'], false],
    ['operator *', ['operator *'], true],
    ['operator 1', ['operator 2'], false],
    ['operator 1', ['operator 12'], true],
  ])('%s while %j stay: %s', (key, others, may) => {
    expect(mayBeRevoked(reach(key), others.map(reach))).toBe(may);
  });
});

describe('the systems of a key', () => {
  it.each(['', '0', '8', '11', '1*', '**', '1 2', '1,2'])('are not read from %j', (text) => {
    expect(readBillTypes(text)).toBeNull();
  });

  it.each([
    ['*', '*', true],
    ['1234567', '*', true],
    ['21', '12', false],
    ['7', '7', false],
  ])('%s are told as %s', (text, told, whole) => {
    const found = reach(`till ${text}`);
    expect([billTypesText(found), isWholeHouse(found)]).toEqual([told, whole]);
  });
});

it.each([
  ['gate-1.a_B', true],
  ['x'.repeat(40), true],
  ['x'.repeat(41), false],
  ['', false],
  ['a b', false],
  ['门', false],
  ['<b>', false],
])('a key may be called %j: %s', (name, may) => expect(isKeyName(name)).toBe(may));
