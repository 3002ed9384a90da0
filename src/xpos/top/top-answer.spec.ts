import { contentType, responseNode, writeError, writeResponse } from './top-answer';
import type { TopWish } from '../router/top-request';

const XML: TopWish = { format: 'xml', simplify: false };
const JSON_: TopWish = { format: 'json', simplify: false };
const SIMPLE: TopWish = { format: 'json', simplify: true };
const METHOD = 'alibaba.alisports.lianbei.xpos.querystatus';

/** The values of the document's own sample. */
const RESULT = {
  result: {
    model: {
      paid_fee: 100,
      paid_time: '2018-01-02 12:00:00',
      checkout_status: 'PROCESSING',
      checkout_id: '788',
      out_biz_id: '900',
      result_message: '查询成功',
      result_code: '0',
      success: true,
    },
    http_status_code: 200,
    msg_code: '0',
    msg_info: '查询支付状态成功',
    success: true,
  },
};

/** The document's sample, as it is printed there. */
const PRINTED = `
<alibaba_alisports_lianbei_xpos_querystatus_response>
    <result>
        <model>
            <paid_fee>100</paid_fee>
            <paid_time>2018-01-02 12:00:00</paid_time>
            <checkout_status>PROCESSING</checkout_status>
            <checkout_id>788</checkout_id>
            <out_biz_id>900</out_biz_id>
            <result_message>查询成功</result_message>
            <result_code>0</result_code>
            <success>true</success>
        </model>
        <http_status_code>200</http_status_code>
        <msg_code>0</msg_code>
        <msg_info>查询支付状态成功</msg_info>
        <success>true</success>
    </result>
</alibaba_alisports_lianbei_xpos_querystatus_response>`;

const unprinted = (text: string): string => text.replace(/\s*\n\s*/g, '');

describe("the document's sample", () => {
  it('in XML differs by the declaration, the id of the request and the line breaks', () => {
    const written = writeResponse(METHOD, RESULT, 'id', XML);
    const [declaration, rest = ''] = written.split(/(?<=\?>)/);
    expect(declaration).toBe('<?xml version="1.0" encoding="utf-8" ?>');
    expect(rest.replace('<request_id>id</request_id>', '')).toBe(unprinted(PRINTED));
  });

  it('in JSON has the members in the same order', () => {
    const node = 'alibaba_alisports_lianbei_xpos_querystatus_response';
    const content = { ...RESULT, request_id: 'id' };
    expect(writeResponse(METHOD, RESULT, 'id', JSON_)).toBe(JSON.stringify({ [node]: content }));
    expect(writeResponse(METHOD, RESULT, 'id', SIMPLE)).toBe(JSON.stringify(content));
  });
});

it.each([
  ['taobao.user.get', 'user_get_response'],
  ['alibaba.taobao.x', 'alibaba_taobao_x_response'],
  ['tmall.x', 'tmall_x_response'],
])('the node of %s is %s', (method, node) => {
  expect(responseNode(method)).toBe(node);
});

describe('a value', () => {
  it('of 64 bits keeps every digit', () => {
    const ids = { a: 9_223_372_036_854_775_807n, b: 9_007_199_254_740_993n };
    expect(writeResponse('x', ids, 'id', SIMPLE)).toBe(
      '{"a":9223372036854775807,"b":9007199254740993,"request_id":"id"}',
    );
    expect(writeResponse('x', ids, 'id', XML)).toContain('<a>9223372036854775807</a>');
  });

  it.each([2 ** 53, 0.5, NaN])('that is no safe whole number is never written: %d', (value) => {
    expect(() => writeResponse('x', { value }, 'id', XML)).toThrow();
    expect(() => writeResponse('x', { value }, 'id', JSON_)).toThrow();
  });

  it('that is not told is left out', () => {
    expect(writeResponse('x', { a: undefined, b: false }, 'id', SIMPLE)).toBe(
      '{"b":false,"request_id":"id"}',
    );
  });

  it('that is empty stands between two tags', () => {
    expect(writeResponse('x', { a: '', b: { c: '' } }, 'id', XML)).toContain(
      '<x_response><a></a><b><c></c></b><request_id>id</request_id></x_response>',
    );
  });

  it.each([
    ['\u0000', '\ufffd'],
    ['\u001f', '\ufffd'],
    ['\ufffe\uffff', '\ufffd\ufffd'],
    ['\ud83d', '\ufffd'],
    ['\ude00\ud83d', '\ufffd\ufffd'],
    ['😀\t\n中', '😀\t\n中'],
    ['\r', '&#xD;'],
    ['&amp;', '&amp;amp;'],
    [']]>', ']]&gt;'],
  ])('%j is written in XML as %j', (a, written) => {
    expect(writeResponse('x', { a }, 'id', XML)).toContain(`<a>${written}</a>`);
  });

  it('is escaped', () => {
    const a = '<&>"\u4e2d';
    expect(writeResponse('x', { a }, 'id', XML)).toContain('<a>&lt;&amp;&gt;"中</a>');
    expect(writeResponse('x', { a }, 'id', SIMPLE)).toContain('"a":"<&>\\"中"');
  });
});

describe('an error', () => {
  const error = { code: 50, msg: 'Remote service error', sub_code: 'isv.x', sub_msg: '非法参数' };

  it('has a number as its code in JSON, simplified or not', () => {
    const text =
      '{"error_response":{"code":50,"msg":"Remote service error","sub_code":"isv.x",' +
      '"sub_msg":"非法参数","request_id":"id"}}';
    expect([JSON_, SIMPLE].map((wish) => writeError(error, 'id', wish))).toEqual([text, text]);
  });

  it('has the names of its members in XML', () => {
    expect(writeError(error, 'id', XML)).toBe(
      '<?xml version="1.0" encoding="utf-8" ?><error_response><code>50</code>' +
        '<msg>Remote service error</msg><sub_code>isv.x</sub_code><sub_msg>非法参数</sub_msg>' +
        '<request_id>id</request_id></error_response>',
    );
  });
});

it('the media types are those of the platform', () => {
  expect([XML, JSON_, SIMPLE].map(contentType)).toEqual([
    'text/xml;charset=UTF-8',
    'text/javascript;charset=UTF-8',
    'text/javascript;charset=UTF-8',
  ]);
});
