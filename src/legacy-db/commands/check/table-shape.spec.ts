import { compareTables } from './table-shape';
import type { ColumnShape, TableShape } from './table-shape';
import { joined } from '../difference';

const KEY: ColumnShape = {
  name: 'bill_key',
  type: 'nvarchar(20)',
  nullable: false,
  collation: 'B',
};
const NOTE: ColumnShape = { name: 'note', type: 'nvarchar(9)', nullable: true, collation: 'B' };
const ID: ColumnShape = { name: 'id', type: 'bigint', nullable: false, collation: null };
const BILL: TableShape = {
  name: 'bill',
  columns: [ID, KEY, NOTE],
  uniqueKeys: [['id'], ['bill_key', 'note']],
};

function compared(found: readonly TableShape[], expected: readonly TableShape[] = [BILL]) {
  const { differences, fine } = joined(compareTables(expected, found));
  const told = differences.map((each) => Object.values(each).join('|'));
  return { told, fine };
}

const FINE = { told: [], fine: ['table bill: 3 columns'] };

describe('a table of ours against what a database has', () => {
  it('is as it must be in any letter case, its keys in any order', () => {
    const shouted = BILL.columns.map((each) => ({
      ...each,
      name: each.name.toUpperCase(),
      type: each.type.toUpperCase(),
    }));
    const uniqueKeys = [['NOTE', 'bill_key'], ['id']];
    expect(compared([{ name: 'BILL', columns: shouted, uniqueKeys }])).toEqual(FINE);
  });

  it('may be missing', () => {
    expect(compared([])).toEqual({ told: ['table bill|table|a table|missing'], fine: [] });
  });

  it('may lack a column or a key, or have another type or null', () => {
    const columns = [
      { ...KEY, type: 'nvarchar(10)' },
      { ...NOTE, nullable: false },
    ];
    expect(compared([{ name: 'bill', columns, uniqueKeys: [['bill_key', 'note']] }])).toEqual({
      told: [
        'table bill|id|bigint not null|missing',
        'table bill|bill_key|nvarchar(20) collate B not null|nvarchar(10) collate B not null',
        'table bill|note|nvarchar(9) collate B null|nvarchar(9) collate B not null',
        'table bill|(id)|a unique key|missing',
      ],
      fine: [],
    });
  });

  it('may have a further column that stays empty, and none that must be written', () => {
    const extra = { name: 'extra', type: 'int', nullable: true, collation: 'C' };
    const columns = [...BILL.columns, extra];
    expect(compared([{ ...BILL, columns }])).toEqual(FINE);
    columns[3] = { ...extra, nullable: false };
    expect(compared([{ ...BILL, columns }])).toEqual({
      told: ['table bill|extra|no such column|int not null: we write nothing into it'],
      fine: [],
    });
  });

  it('may have a collation where we ask for none', () => {
    const columns = [{ ...ID, collation: 'C' }, KEY, NOTE];
    expect(compared([{ ...BILL, columns }])).toEqual(FINE);
  });

  it('tells of each pair of collations once', () => {
    const columns = [ID, { ...KEY, collation: 'C' }, { ...NOTE, collation: 'C' }];
    const wide = { ...NOTE, name: 'wide', collation: 'D' };
    const expected = { ...BILL, columns: [...BILL.columns, wide] };
    const found = { ...BILL, columns: [...columns, { ...wide, collation: null }] };
    expect(compared([found], [expected])).toEqual({
      told: ['collation|bill.bill_key and 1 more|B|C', 'collation|bill.wide|D|none'],
      fine: [],
    });
  });
});
