import { PayError } from '../../../domain/errors';
import { AliScanCodeParm } from '../../../../test/support/contracts';
import { PARM_PAY } from '../../operation/contract';
import { readXml } from './xml-read';

const SPACES = `xmlns="${PARM_PAY}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"`;

function root(content: string, attributes = SPACES): string {
  return `<AliScanCodeParm ${attributes}>${content}</AliScanCodeParm>`;
}

function read(text: string): object {
  return readXml(AliScanCodeParm, Buffer.from(text), 'utf-8');
}

function refusal(text: string): string {
  try {
    return `accepted ${JSON.stringify(read(text))}`;
  } catch (error) {
    if (!(error instanceof PayError)) throw error;
    return `${error.code} ${error.shown}`;
  }
}

describe('readXml', () => {
  it.each([
    [
      'members in any order',
      '<paytype>2</paytype><billnum>a</billnum>',
      { billnum: 'a', paytype: '2' },
    ],
    ['blanks', '<billnum>  x y  </billnum>', { billnum: '  x y  ' }],
    [
      'empty elements',
      '<billnum></billnum><body/><cardno />',
      { billnum: '', body: '', cardno: '' },
    ],
    ['nil', '<billnum i:nil="true"/><body i:nil=" 1 ">x<y/></body>', { billnum: null, body: null }],
    ['not nil', '<billnum i:nil="false">a</billnum><body i:nil="0"/>', { billnum: 'a', body: '' }],
    ['nil of another namespace', '<billnum nil="true" xml:nil="1"/>', { billnum: '' }],
    ['CDATA and comments', '<billnum>x<![CDATA[<&]]>y<!-- c -->z</billnum>', { billnum: 'x<&yz' }],
    ['the five entities', '<billnum>&lt;&gt;&amp;&quot;&apos;</billnum>', { billnum: '<>&"\'' }],
    ['references', '<billnum>&#20013;&#x6587;&#0;&#x1F600;</billnum>', { billnum: '中文\0😀' }],
    ['a pair in references', '<billnum>&#xD83D;&#xDE00;</billnum>', { billnum: '😀' }],
    ['line breaks', '<body>a\r\nb\rc\nd&#13;<![CDATA[\r\n]]></body>', { body: 'a\nb\nc\nd\r\n' }],
    ['an emoji and a bracket', '<body>😀]]</body>', { body: '😀]]' }],
    [
      'unknown members',
      '<aaa><billnum>x</billnum></aaa><billnum>a</billnum><b c="d"/>',
      { billnum: 'a' },
    ],
    ['wrong case', '<BillNum>x</BillNum>', {}],
    ['another namespace', '<billnum xmlns="x">a</billnum>', {}],
    ['prefixed members', `<p:billnum xmlns:p="${PARM_PAY}">a</p:billnum >`, { billnum: 'a' }],
    ['prototype names', '<__proto__>x</__proto__><constructor/><prototype/>', {}],
    ['a schema location', '<billnum i:schemaLocation="http://x y">a</billnum>', { billnum: 'a' }],
    ['XInclude', '<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>', {}],
    ['amounts as text', '<paymentvalue> 5.10 </paymentvalue>', { paymentvalue: ' 5.10 ' }],
  ])('reads %s', (_name, content, record) => {
    expect(read(root(content))).toEqual(record);
  });

  it.each([
    ['a declaration', `<?xml version="1.0" encoding="UTF-8"?>\r\n${root('')}`],
    ['a declaration in single quotes', `<?xml version='1.0' standalone='yes' ?>${root('')}`],
    ['a byte order mark', `\ufeff${root('')}`],
    ['comments around the root', `<!-- a --> ${root('')} <!-- b -->\n`],
    ['blanks before the root', ` \r\n${root('')}`],
    ['a closed root', `<AliScanCodeParm xmlns='${PARM_PAY}' />`],
    ['any prefix', `<p:AliScanCodeParm xmlns:p="${PARM_PAY}"></p:AliScanCodeParm>`],
  ])('reads a document with %s', (_name, text) => {
    expect(read(text)).toEqual({});
  });

  it.each([
    ['a DOCTYPE', `<!DOCTYPE x>${root('')}`],
    ['an internal entity', `<!DOCTYPE x [<!ENTITY e "y">]>${root('<billnum>&e;</billnum>')}`],
    ['an external entity', `<!DOCTYPE x SYSTEM "file:///etc/passwd">${root('')}`],
    ['a parameter entity', `<!DOCTYPE x [<!ENTITY % p SYSTEM "http://x/">%p;]>${root('')}`],
    ['an unknown entity', root('<billnum>&nbsp;</billnum>')],
    ['an unknown entity in an attribute', root('<x a="&e;"/>')],
    ['a bare ampersand', root('<billnum>a & b</billnum>')],
    ['an unfinished reference', root('<billnum>&amp</billnum>')],
    ['a reference with X', root('<billnum>&#X41;</billnum>')],
    ['a reference beyond Unicode', root('<billnum>&#x110000;</billnum>')],
    ['an empty reference', root('<billnum>&#;</billnum>')],
    ['a processing instruction', root('<?x y?>')],
    ['one in a value', root('<billnum>a<?x y?></billnum>')],
    ['one before the root', `<?x y?>${root('')}`],
    ['a declaration after blanks', ` <?xml version="1.0"?>${root('')}`],
    ['XML 1.1', `<?xml version="1.1"?>${root('')}`],
    ['another encoding', `<?xml version="1.0" encoding="gb2312"?>${root('')}`],
    ['no namespace', '<AliScanCodeParm></AliScanCodeParm>'],
    ['another root', `<AliPayQueryParm xmlns="${PARM_PAY}"/>`],
    ['a root in another case', `<aliScanCodeParm xmlns="${PARM_PAY}"/>`],
    ['a nil root', root('', `${SPACES} i:nil="true"`)],
    ['a bad nil', root('<billnum i:nil="yes"/>')],
    ['i:type on the root', root('', `${SPACES} i:type="AliScanCodeParm"`)],
    ['i:type on a member', root('<billnum i:type="x">a</billnum>')],
    [
      'z:Id',
      root('', `${SPACES} xmlns:z="http://schemas.microsoft.com/2003/10/Serialization/" z:Id="1"`),
    ],
    ['text between members', root('a<billnum>a</billnum>')],
    ['a child in a member', root('<billnum><x>1</x></billnum>')],
    ['a child after text', root('<billnum>t<x/></billnum>')],
    ['text after the root', `${root('')}x`],
    ['two roots', root('') + root('')],
    ['a raw control character', root('<billnum>a\u0001b</billnum>')],
    ['raw U+FFFF', root('<billnum>a\uffffb</billnum>')],
    ['a control character in an unknown element', root('<x>\u0001</x>')],
    ['a control character in a comment', root('<!-- \u0001 -->')],
    ['a control character in CDATA', root('<x><![CDATA[\u0001]]></x>')],
    ['two hyphens in a comment', root('<!-- a -- b -->')],
    ['"]]>" in text', root('<billnum>a]]>b</billnum>')],
    ['an undeclared prefix', root('<q:billnum>a</q:billnum>')],
    ['an undeclared prefix of an attribute', root('<x q:a="1"/>')],
    ['an attribute given twice', root('<x a="1" a="2"/>')],
    ['one given twice by prefix', root('<x xmlns:p="u" xmlns:q="u" p:a="1" q:a="2"/>')],
    ['a namespace given twice', root('<x xmlns:p="u" xmlns:p="v"/>')],
    ['an undeclared namespace', root('<x xmlns:p=""/>')],
    ['xmlns as a prefix', root('<x xmlns:xmlns="u"/>')],
    ['xml as another namespace', root('<x xmlns:xml="u"/>')],
    ['an attribute without quotes', root('<x a=1/>')],
    ['an attribute without value', root('<x a/>')],
    ['no blank between attributes', root('<x a="1"b="2"/>')],
    ['"<" in an attribute', root('<x a="<"/>')],
    ['a wrong end tag', root('<x></y>')],
    ['a longer end tag', root('<x></xx>')],
    ['an end tag without name', root('<x></>')],
    ['a blank after the slash', root('<x><y/ ></x>')],
    ['a root without "<"', root('').slice(1)],
    ['an end too many', `${root('')}</AliScanCodeParm>`],
    ['a bad name', root('<1x/>')],
    ['two colons', root('<a:b:c/>')],
    ['a lonely "<"', root('<')],
    ['JSON', '{"billnum":"a"}'],
    ['nothing', ' '],
  ])('refuses %s', (_name, text) => {
    expect(refusal(text)).toMatch(/^UNREADABLE /);
  });

  it.each([
    ['a duplicate', '<billnum>a</billnum><billnum>a</billnum>'],
    ['a duplicate nil', '<billnum i:nil="true"/><billnum>a</billnum>'],
    ['a lone surrogate', '<billnum>a&#xD83D;b</billnum>'],
  ])('refuses %s and names the member', (_name, content) => {
    expect(refusal(root(content))).toMatch(/^INVALID_MEMBER .*billnum/);
  });

  it('refuses every truncation of a good document', () => {
    const whole = root('<!--c--><billnum>a&amp;</billnum><x a="1"><![CDATA[y]]></x>');
    for (let length = 0; length < whole.length; length += 1) {
      expect(refusal(whole.slice(0, length))).toMatch(/^UNREADABLE /);
    }
  });

  it('takes a nesting of 32 and refuses 33, and 100,000 at once', () => {
    const nested = (depth: number) => root('<x>'.repeat(depth - 1) + '</x>'.repeat(depth - 1));
    expect(read(nested(32))).toEqual({});
    expect(refusal(nested(33))).toMatch(/^UNREADABLE .*nested/);
    expect(refusal(nested(100_000))).toMatch(/^UNREADABLE .*nested/);
    expect(refusal(root('<x/>'.repeat(10)).replace('<x/>', '<x>'.repeat(33)))).toMatch(/nested/);
  });

  /** What a text costs at its best, in us of this process: what others do does not count. */
  function costOf(text: string): number {
    const tries = [1, 2, 3].map(() => {
      const before = process.cpuUsage();
      expect(read(text)).toEqual({});
      const { user, system } = process.cpuUsage(before);
      return user + system;
    });
    return Math.min(...tries);
  }

  it.each<[string, (count: number) => string]>([
    ['references', (count) => root(`<x>${'&#65;'.repeat(count)}</x>`)],
    ['characters of an attribute', (count) => root(`<x a="${'y'.repeat(10 * count)}"/>`)],
    [
      'attributes',
      (count) => root(`<x ${Array.from({ length: count }, (_, n) => `a${n}=""`).join(' ')}/>`),
    ],
    ['comments', (count) => root('<!---->'.repeat(count))],
    ['CDATA sections', (count) => root(`<x>${'<![CDATA[]]>'.repeat(count)}</x>`)],
    ['namespaces', (count) => root('<x xmlns="u"/>'.repeat(count))],
  ])('reads eight times the %s for some eight times the work, not sixty-four', (_name, of) => {
    // Sixty-four times would be seconds; below 160 ms it is the collector of garbage that is seen.
    expect(costOf(of(100_000))).toBeLessThan(32 * Math.max(costOf(of(12_500)), 5000));
  });

  it('decodes UTF-16 when it is declared, with or without a mark', () => {
    const text = root('<body>中😀</body>');
    for (const body of [text, `\ufeff${text}`, `<?xml version="1.0" encoding="utf-16"?>${text}`]) {
      const bytes = Buffer.from(body, 'utf16le');
      expect(readXml(AliScanCodeParm, bytes, 'utf-16')).toEqual({ body: '中😀' });
      expect(() => readXml(AliScanCodeParm, bytes, 'utf-8')).toThrow(PayError);
    }
    const bigEndian = Buffer.from(text, 'utf16le').swap16();
    expect(() => readXml(AliScanCodeParm, bigEndian, 'utf-16')).toThrow(PayError);
  });
});
