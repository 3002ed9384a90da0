import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broken, contractOf } from '../support/contract-of';
import type { Contract } from '../support/contract-of';
import { DocumentedApp } from '../support/process/documented-app';

// docs/versions.md, held: the contract that was kept when version 1 was made is still served.

const FILE = join(__dirname, '../fixtures/contract-1.json');
const kept = JSON.parse(readFileSync(FILE, 'utf8')) as Contract;
const QUERY = '/api/3Pay/AliPay/Query';

let documented: DocumentedApp;
beforeAll(async () => {
  documented = await DocumentedApp.start();
}, 60_000);
afterAll(() => documented?.stop());

it('nothing of version 1 is gone or other', () => {
  expect(Object.keys(kept).length).toBeGreaterThan(10);
  expect(broken(kept, contractOf(documented.document))).toEqual([]);
});

describe('a change of the contract is seen', () => {
  const query = kept[QUERY] as Contract[string];
  const tells = Object.entries(query.tells);

  it.each<[what: string, now: Contract, broken: string[]]>([
    ['an address that is gone', { ...kept, [QUERY]: undefined as never }, [`${QUERY} is gone`]],
    [
      'an alias that is gone',
      { ...kept, [QUERY]: { ...query, aliases: [] } },
      ['/api/UnPos/3Pay/AliPay/Query is gone'],
    ],
    [
      'a member that must be there now',
      { ...kept, [QUERY]: { ...query, required: [...query.required, 'shop'] } },
      [`${QUERY}: shop is required now`],
    ],
    [
      'a word more in paystatus',
      { ...kept, [QUERY]: { ...query, tells: { ...query.tells, paystatus: 'string of LATER' } } },
      [`${QUERY} tells paystatus: string of LATER, was ${query.tells['paystatus']}`],
    ],
    [
      'a member more where old classes are',
      { ...kept, [QUERY]: { ...query, tells: { ...query.tells, shop: 'string' } } },
      [`${QUERY} tells more: shop`, `${QUERY}: other order`],
    ],
    [
      'another order',
      { ...kept, [QUERY]: { ...query, tells: Object.fromEntries(tells.toReversed()) } },
      [`${QUERY}: other order`],
    ],
  ])('%s', (_what, now, told) => {
    expect(broken(kept, now)).toEqual(told);
  });

  it('and a member that may come is none', () => {
    const more = { ...query, takes: { ...query.takes, shop: 'string' } };
    const search = { ...query, aliases: [], required: [] };
    expect(broken(kept, { ...kept, [QUERY]: more, '/api/3Pay/New': search })).toEqual([]);
  });
});
