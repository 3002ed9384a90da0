import { PROCEDURE_PARAMETERS } from '../../../config/procedure-parameters';
import { BEGIN, END, PROCEDURES, spellType, theirName } from './contract';
import type { ProcedureContract } from './contract';

/** A procedure as the customers read it: its name, then its parameters. */
function spelt({ name, parameters }: ProcedureContract): string[] {
  const lines = parameters.map((each) => `@${each.name} ${spellType(each.type)} ${each.direction}`);
  return [name, ...lines];
}

describe('the contract of the procedures', () => {
  it('has the parameters the configuration knows, in their order', () => {
    for (const { which, parameters } of PROCEDURES) {
      expect(parameters.map(({ name }) => name)).toEqual([...PROCEDURE_PARAMETERS[which]]);
    }
  });

  it('of Begin is what the customers are given', () => {
    expect(spelt(BEGIN)).toEqual([
      'dbo.Sp_3Pay_Offline_ReceiveMoney_Begin',
      '@billnum nvarchar(20) in',
      '@billtype nchar(1) in',
      '@paytype nvarchar(2) in',
      '@paymentvalue decimal(18,2) in',
      '@body nvarchar(max) in',
      '@detail nvarchar(max) in',
      '@clientip nvarchar(45) in',
      '@cardno nvarchar(20) in',
      '@outtradeno nvarchar(64) in',
      '@autoid nvarchar(36) out',
      '@errcode int out',
      '@errmsg nvarchar(200) out',
    ]);
  });

  it('of End is what the customers are given', () => {
    expect(spelt(END)).toEqual([
      'dbo.Sp_3Pay_Offline_ReceiveMoney_End',
      '@billnum nvarchar(20) in',
      '@billtype nchar(1) in',
      '@paytype nvarchar(2) in',
      '@outtradeno nvarchar(64) in',
      '@autoid nvarchar(36) in',
      '@result nchar(1) in',
      '@tradeno nvarchar(64) in',
      '@receiptvalue decimal(18,2) in',
      '@buyer nvarchar(128) in',
      '@paidat datetime2(3) in',
      '@billstatus nvarchar(10) out',
      '@errcode int out',
      '@errmsg nvarchar(200) out',
    ]);
  });

  it('spells a whole number of either length', () => {
    expect([spellType({ name: 'bigint' }), spellType({ name: 'int' })]).toEqual(['bigint', 'int']);
  });

  it('takes the names of a customer', () => {
    const names = { 'Begin.billnum': 'p_bill', 'End.billtype': 'p_type' };
    const called = BEGIN.parameters.slice(0, 2).map((each) => theirName(BEGIN, each, names));
    expect(called).toEqual(['p_bill', 'billtype']);
  });
});
