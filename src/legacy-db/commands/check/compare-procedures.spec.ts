import type { ProcedureContract } from '../../sqlserver/procedures/contract';
import type { CatalogParameter } from './compare-procedures';
import { compareProcedure } from './compare-procedures';

const TEXT = { name: 'nvarchar', length: 20 } as const;
const CONTRACT: ProcedureContract = {
  which: 'Begin',
  name: 'dbo.Begin',
  parameters: [
    { name: 'billnum', type: TEXT, direction: 'in' },
    { name: 'cardno', type: TEXT, direction: 'in' },
    { name: 'autoid', type: TEXT, direction: 'out' },
  ],
};

function parameter(name: string, type: string, more: object = {}): CatalogParameter {
  return { name, type, maxLength: 40, precision: 0, scale: 0, isOutput: false, ...more };
}

const OUT = { isOutput: true };
const BILLNUM = parameter('@billnum', 'nvarchar');
const CARDNO = parameter('@cardno', 'nvarchar');
const AUTOID = parameter('@autoid', 'nvarchar', OUT);
const ALL = [BILLNUM, CARDNO, AUTOID];

function compared(found: CatalogParameter[] | null, names = {}, exact?: boolean) {
  const { differences, fine, advice } = compareProcedure(CONTRACT, names, found, exact);
  const told = differences.map(({ part, ...each }) => `${part}|${each.expected}|${each.found}`);
  return { told, fine, advice };
}

/** The type as we tell it, of a further parameter. */
function spelt(type: string, more: object): string {
  const { told } = compared([...ALL, parameter('@more', type, more)]);
  return /no such parameter\|(.*): we pass no value for it/.exec(told[0] ?? '')?.[1] ?? '';
}

describe('a procedure against its contract', () => {
  it('is as it must be', () => {
    const fine = ['procedure dbo.Begin: 3 parameters'];
    expect(compared(ALL)).toEqual({ told: [], fine, advice: [] });
  });

  it('may be missing', () => {
    const told = ['procedure|a procedure we may execute|missing, or no right to it'];
    expect(compared(null)).toMatchObject({ told, fine: [] });
  });

  it('is told by names in any letter case, unless the database tells a from A', () => {
    const found = [parameter('@BillNum', 'NVarChar'), CARDNO, AUTOID];
    expect(compared(found).told).toEqual([]);
    expect(compared(found, {}, true)).toEqual({
      told: [
        '@billnum|nvarchar(20)|missing',
        '@BillNum|no such parameter|nvarchar(20): we pass no value for it',
      ],
      fine: [],
      advice: ['Begin.billnum=@BillNum'],
    });
  });

  it('is told by the names of the customer, each with ours', () => {
    const names = { 'Begin.billnum': 'p_bill' };
    expect(compared([parameter('@p_bill', 'nvarchar'), CARDNO, AUTOID], names).told).toEqual([]);
    expect(compared([CARDNO, AUTOID], names).told).toEqual([
      '@p_bill (@billnum)|nvarchar(20)|missing',
    ]);
  });

  it('may not give what it takes, nor be shorter', () => {
    const found = [{ ...BILLNUM, ...OUT }, { ...CARDNO, maxLength: 38 }, AUTOID];
    expect(compared(found).told).toEqual([
      '@billnum|nvarchar(20)|nvarchar(20) output',
      '@cardno|nvarchar(20)|nvarchar(19)',
    ]);
  });

  it('may have what the customer says has a default', () => {
    const found = [...ALL, parameter('@memo', 'int'), parameter('@other', 'int')];
    expect(compared(found, { 'Begin.@memo': 'default' })).toMatchObject({
      told: ['@other|no such parameter|int: we pass no value for it'],
      fine: ['procedure dbo.Begin: @memo ok (default)'],
    });
  });

  it('pairs names of one type and direction in their order, where they are as many', () => {
    const [one, two] = [parameter('@one', 'nvarchar'), parameter('@two', 'nvarchar')];
    expect(compared([one, two, AUTOID]).advice).toEqual([
      'Begin.billnum=@one',
      'Begin.cardno=@two',
    ]);
    expect(compared([one, { ...AUTOID, name: '@id' }]).advice).toEqual(['Begin.autoid=@id']);
    expect(compared([BILLNUM, one, two, AUTOID]).advice).toEqual([]);
    expect(compared([BILLNUM, parameter('@one', 'int'), AUTOID]).advice).toEqual([]);
  });

  it.each([
    ['nvarchar', { maxLength: -1 }, 'nvarchar(max)'],
    ['nvarchar', { maxLength: 0 }, 'nvarchar(0)'],
    ['nchar', { maxLength: 2 }, 'nchar(1)'],
    ['varchar', { maxLength: 40 }, 'varchar(40)'],
    ['char', { maxLength: 3 }, 'char(3)'],
    ['varbinary', { maxLength: -1 }, 'varbinary(max)'],
    ['binary', { maxLength: 8 }, 'binary(8)'],
    ['DECIMAL', { precision: 18, scale: 2 }, 'decimal(18,2)'],
    ['numeric', { precision: 9, scale: 0 }, 'decimal(9,0)'],
    ['datetime2', { scale: 3 }, 'datetime2(3)'],
    ['time', { scale: 7 }, 'time(7)'],
    ['datetimeoffset', { scale: 0 }, 'datetimeoffset(0)'],
    ['money', { precision: 19, scale: 4 }, 'money'],
  ])('tells %s %j as %s', (type, more, told) => {
    expect(spelt(type, more)).toBe(told);
  });
});
