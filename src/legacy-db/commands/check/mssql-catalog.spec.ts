import type { Query } from '../../sql/database';
import { BEGIN, END, REFERENCE_MARK } from '../../sqlserver/procedures/contract';
import { mayExecute, readHolds, readMssqlTables, readNumbering } from './mssql-catalog';
import { readParameters, tellsCase } from './mssql-catalog';

/** A catalog that answers a statement by the first part of it that is listed; else with no row. */
function catalog(answers: Readonly<Record<string, readonly object[]>>): Query {
  return (text) => {
    const part = Object.keys(answers).find((each) => text.includes(each));
    return Promise.resolve(part === undefined ? [] : answers[part]);
  };
}

function column(name: string, more: object): object {
  return {
    table_name: 'bill',
    column_name: name,
    text_length: null,
    precision_digits: null,
    scale_digits: null,
    is_nullable: 'NO',
    collation_name: null,
    ...more,
  };
}

describe('the catalog of an SQL Server', () => {
  it('tells the parameters of a procedure, in and out', async () => {
    const row = { parameter_name: '@autoid', type_name: 'nvarchar', max_length: 72 };
    const digits = { precision_digits: 18, scale_digits: 2 };
    const query = catalog({
      'as object_id': [{ object_id: 5 }],
      'sys.all_parameters': [
        { ...row, ...digits, is_output: 1 },
        { ...row, ...digits, is_output: 0 },
      ],
    });
    const one = { name: '@autoid', type: 'nvarchar', maxLength: 72, precision: 18, scale: 2 };
    expect(await readParameters(query, BEGIN.name)).toEqual([
      { ...one, isOutput: true },
      { ...one, isOutput: false },
    ]);
  });

  it.each([[[{ object_id: null }]], [[{}]], [[]]])(
    'knows no procedure where it says %j',
    async (rows) => {
      const query = catalog({ 'as object_id': rows, 'sys.all_parameters': [{}] });
      expect(await readParameters(query, BEGIN.name)).toBeNull();
    },
  );

  it.each([
    ['Chinese_PRC_CI_AS', false],
    ['Chinese_PRC_CS_AS', true],
    ['Latin1_General_BIN', true],
    ['Latin1_General_100_BIN2', true],
    ['Latin1_General_100_BIN2_UTF8', true],
    [null, false],
  ])('tells a from A under %s: %p', async (name, exact) => {
    const query = catalog({ Collation: [{ collation_name: name }] });
    expect(await tellsCase(query)).toBe(exact);
  });

  it.each([
    [[{ allowed: 1 }], true],
    [[{ allowed: 0 }], false],
    [[{ allowed: null }], null],
    [[{}], null],
    [[], null],
  ])('says by %j whether we may execute: %p', async (rows, allowed) => {
    expect(await mayExecute(catalog({ HAS_PERMS_BY_NAME: rows }), END.name)).toBe(allowed);
  });

  it('tells columns as a declaration does, and keys by their order, table by table', async () => {
    const query = catalog({
      'INFORMATION_SCHEMA.COLUMNS': [
        column('key', { data_type: 'NVARCHAR', text_length: 20, collation_name: 'BIN2' }),
        column('body', { data_type: 'nvarchar', text_length: -1, is_nullable: 'yes' }),
        column('none', { data_type: 'nvarchar', text_length: 0 }),
        column('yuan', { data_type: 'decimal', precision_digits: 18, scale_digits: 2 }),
        column('same', { data_type: 'numeric', precision_digits: 9, scale_digits: 0 }),
        column('id', { data_type: 'bigint', precision_digits: 19, scale_digits: 0 }),
        column('at', { table_name: 'alarm', data_type: 'int', precision_digits: 10 }),
      ],
      '[dbo].[bill]': [
        { index_id: 1, column_name: 'id' },
        { index_id: 2, column_name: 'key' },
        { index_id: 2, column_name: 'same' },
      ],
      '[dbo].[alarm]': [{ index_id: 1, column_name: 'at' }],
    });
    const plain = { nullable: false, collation: null };
    expect(await readMssqlTables(query, 'dbo', ['bill', 'alarm'])).toEqual([
      {
        name: 'bill',
        columns: [
          { name: 'key', type: 'nvarchar(20)', nullable: false, collation: 'BIN2' },
          { name: 'body', type: 'nvarchar(max)', nullable: true, collation: null },
          { name: 'none', type: 'nvarchar(0)', ...plain },
          { name: 'yuan', type: 'decimal(18,2)', ...plain },
          { name: 'same', type: 'decimal(9,0)', ...plain },
          { name: 'id', type: 'bigint', ...plain },
        ],
        uniqueKeys: [['id'], ['key', 'same']],
      },
      { name: 'alarm', columns: [{ name: 'at', type: 'int', ...plain }], uniqueKeys: [['at']] },
    ]);
  });

  it.each([
    [`-- ${REFERENCE_MARK}. from dbo.receipt_base`, 'reference'],
    [`-- ${REFERENCE_MARK}.`, 'theirs'],
    ['from dbo.receipt_base', 'theirs'],
    [null, 'theirs'],
  ])('tells by the text %j whose the numbers are: %s', async (definition, whose) => {
    expect(await readNumbering(catalog({ [BEGIN.name]: [{ definition }] }))).toBe(whose);
  });

  it.each([
    [`-- ${REFERENCE_MARK}. heldvalue`, 'totals'],
    [`-- ${REFERENCE_MARK}.`, 'older'],
    ['heldvalue', 'theirs'],
    [null, 'theirs'],
  ])('tells by the text %j how cards are held: %s', async (definition, held) => {
    expect(await readHolds(catalog({ [END.name]: [{ definition }] }))).toBe(held);
  });

  it('takes a procedure that is not listed for theirs', async () => {
    expect([await readNumbering(catalog({})), await readHolds(catalog({}))]).toEqual([
      'theirs',
      'theirs',
    ]);
  });
});
