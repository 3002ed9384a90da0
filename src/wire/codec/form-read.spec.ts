import { PayError } from '../../domain/errors';
import { AliScanCodeParm } from '../../../test/support/contracts';
import { readForm } from './form-read';

function read(text: string | Buffer): object {
  return readForm(AliScanCodeParm, Buffer.from(text));
}

describe('readForm', () => {
  it.each([
    ['billnum=a+b&body=%E4%B8%AD%20x', { billnum: 'a b', body: '中 x' }],
    ['BillNum=a&&PAYTYPE=1&', { billnum: 'a', paytype: '1' }],
    ['billnum[]=a', { billnum: 'a' }],
    ['billnum=%zz&paytype=%&billtype=%4', { billnum: '%zz', paytype: '%', billtype: '%4' }],
    ['billnum=a=b', { billnum: 'a=b' }],
    ['billnum=&body=+%09%E3%80%80', { billnum: null, body: null }],
    ['billnum&=x&?billnum=b&billnum[0]=c&billnum.x=d', {}],
    ['%62illnum=a', { billnum: 'a' }],
    ['paymentvalue=1e2', { paymentvalue: '1e2' }],
    ['body=中&billnum=%F0%9F%98%80', { billnum: '😀', body: '中' }],
    ['__proto__=a&constructor=b&billnum[__proto__]=c&toString=d', {}],
  ])('reads %s', (text, record) => {
    expect(read(text)).toEqual(record);
  });

  it.each([
    ['a duplicate', 'billnum=a&billnum=a'],
    ['a duplicate in another case', 'billnum=a&BILLNUM=b'],
    ['a duplicate of a blank', 'billnum=&billnum=b'],
    ['a duplicate with brackets', 'billnum=a&billnum[]=b'],
    ['GBK escapes', 'billnum=%BE%B0'],
    ['raw GBK', Buffer.from('62696c6c6e756d3dbeb0', 'hex')],
  ])('refuses %s and names the member', (_name, body) => {
    let thrown: unknown;
    try {
      read(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(PayError);
    expect(thrown).toMatchObject({ code: 'INVALID_MEMBER' });
    expect((thrown as PayError).shown).toContain('billnum');
  });

  it.each([
    ['{"billnum":"a"}', 'JSON', 'application/json'],
    [' \n{"billnum": "a=b&c"}', 'JSON', 'application/json'],
    ['<AliScanCodeParm><billnum>a</billnum></AliScanCodeParm>', 'XML', 'application/xml'],
  ])('says of %j that it is no form', (body, format, type) => {
    let thrown: unknown;
    try {
      read(body);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ code: 'UNREADABLE' });
    const { shown } = thrown as PayError;
    expect(shown).toContain(`looks like ${format}`);
    expect(shown).toContain(`Content-Type: ${type}`);
  });

  it('takes a form for one whose first name looks like something else', () => {
    expect(read('{x=1&billnum=a')).toEqual({ billnum: 'a' });
  });

  it('reads 100,000 fields in one go', () => {
    expect(read(`${'a=b&'.repeat(100_000)}billnum=x`)).toEqual({ billnum: 'x' });
  });
});
