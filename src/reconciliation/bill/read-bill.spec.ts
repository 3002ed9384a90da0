import { deflateRawSync } from 'node:zlib';
import { encode } from 'iconv-lite';
import {
  billFiles,
  bytesIn,
  changed,
  dayOf,
  RECORDED,
  recorded,
  zipIn,
} from '../../../test/support/bills/bill-zip';
import { tempFolder } from '../../../test/support/temp-folder';
import { writeZip } from '../../simulator/bill/write-zip';
import type { BillDay } from './bill-day';
import { BillRefusal } from './bill-refusal';
import type { BillRow } from './bill-row';
import { readBill } from './read-bill';

const folder = tempFolder();
afterAll(() => folder.remove());

async function read(path: string, day: BillDay = RECORDED) {
  const rows: BillRow[] = [];
  const totals = await readBill(path, day, (row) => rows.push(row));
  return { rows, totals };
}

/** The fault a bill is refused for; its message is one line. */
async function faultOf(path: string, day?: BillDay): Promise<string> {
  try {
    await read(path, day);
  } catch (error) {
    if (!(error instanceof BillRefusal)) throw error;
    expect(error.message).toMatch(/^[^\r\n]{1,200}$/);
    return error.fault;
  }
  return 'believed';
}

const zip = (details?: Buffer, summary?: Buffer) => zipIn(folder.path, billFiles(details, summary));
const withDetails = (change: (text: string) => string) =>
  zip(changed(recorded('details-25'), change));
const withSummary = (change: (text: string) => string) =>
  zip(undefined, changed(recorded('summary'), change));

describe('a recorded bill', () => {
  it.each(['details-25', 'details-22'] as const)('is read: %s', async (name) => {
    const { rows, totals } = await read(zip(recorded(name)));
    expect(totals).toEqual({
      account: '20880000000000010156',
      payments: { count: 6, received: 6 },
      refunds: { count: 4, received: -4 },
      fees: 0,
      shares: 0,
      net: 2,
      feesExplainNet: true,
    });
    expect(rows).toHaveLength(10);
    expect(rows[0]).toEqual({
      line: 6,
      kind: 'payment',
      tradeNo: '2019091622001458860515315453',
      outTradeNo: 'service_1568601259302',
      requestNo: null,
      atMs: Date.parse('2019-09-16T10:55:23+08:00'),
      amount: 1,
      received: 1,
      fee: 0,
      share: 0,
    });
    expect(rows[6]).toMatchObject({
      kind: 'refund',
      outTradeNo: 'service_1568601259302',
      requestNo: 'refund_1568625000',
      atMs: Date.parse('2019-09-16T17:00:11+08:00'),
      amount: 1,
      received: -1,
    });
  });

  it('is read whichever file comes first, and with names in UTF-8', async () => {
    const [details, summary] = billFiles();
    expect((await read(zipIn(folder.path, [summary, details]))).rows).toHaveLength(10);
    const bytes = writeZip([
      { ...details, name: Buffer.from('a_业务明细.csv') },
      { ...summary, name: Buffer.from('a_业务明细(汇总).csv') },
    ]);
    for (const [mark, flag] of [
      ['PK\x03\x04', 6],
      ['PK\x01\x02', 8],
    ] as const) {
      for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
        bytes.writeUInt16LE(0x0800, at + flag);
      }
    }
    expect((await read(bytesIn(folder.path, bytes))).rows).toHaveLength(10);
  });

  it('is read without an account to compare with', async () => {
    expect((await read(zip(), dayOf('2019-09-16'))).rows).toHaveLength(10);
  });

  it('holds commas in free text', async () => {
    const path = withDetails((text) =>
      text
        .replace('交易,下单测试', '交易,大,小,"引号,下单测试')
        .replace(/0\.00,下单测试\r/, '0.00,备,注\r'),
    );
    const { rows } = await read(path);
    expect(rows[0]).toMatchObject({ amount: 1, outTradeNo: 'service_1568601259302' });
    expect(rows).toHaveLength(10);
  });

  it('tells when fees, of either sign, do not explain the net', async () => {
    const fee = (rowFee: string, sumFee: string, net: string) =>
      zip(
        changed(recorded('details-25'), (text) =>
          text.replace(/0\.00,0\.00,下单测试\r/, `${rowFee},0.00,下单测试\r`),
        ),
        changed(recorded('summary'), (text) =>
          text.replaceAll('0.00,0.00,0.02\r', `${sumFee},0.00,${net}\r`),
        ),
      );
    for (const [rowFee, sumFee, net, explained] of [
      ['0.01', '0.01', '0.01', true],
      ['-0.01', '-0.01', '0.01', true],
      ['0.01', '0.01', '0.00', false],
    ] as const) {
      const { totals } = await read(fee(rowFee, sumFee, net));
      expect(totals.feesExplainNet).toBe(explained);
    }
  });
});

describe('a bill that does not add up is refused as a whole', () => {
  it.each([
    ['wrongAccount', (text: string) => text.replace('0001', '0002')],
    ['wrongDay', (text: string) => text.replace('[2019年09月16日', '[2019年09月15日')],
    ['wrongDay', (text: string) => text.replace('[2019年09月17日 00', '[2019年09月30日 00')],
    ['wrongDay', (text: string) => text.replace('2019-09-16 10:55:23', '2019-09-15 23:49:59')],
    ['trailerWrong', (text: string) => text.replace('交易合计：6笔', '交易合计：7笔')],
    ['trailerWrong', (text: string) => text.replace('实收退款共-0.04', '实收退款共-0.05')],
    ['trailerWrong', (text: string) => text.replace(/2019091622001458860515379301.*\r\n/, '')],
    ['trailerWrong', (text: string) => text.replace('0.01,0.01,', '0.01,0.02,')],
    ['fileCut', (text: string) => text.slice(0, text.indexOf('#----', 400))],
    ['fileCut', (text: string) => text.slice(0, text.indexOf('service_1568620899300') + 5)],
    ['fileCut', (text: string) => text.replace(/#退款合计.*\r\n/, '')],
    ['fileCut', (text: string) => text.replace(/#账号.*\r\n/, '')],
    ['badRow', (text: string) => text.replace(',交易,', ',转账,')],
    ['badRow', (text: string) => text.replace('2019-09-16 10:55:23', '2019-09-16 10:55')],
    ['badRow', (text: string) => text.replace('0.01,0.01,', '0.01,1e2,')],
    ['badRow', (text: string) => text.replace('-0.01,-0.01,', '0.01,-0.01,')],
    ['badRow', (text: string) => text.replace('service_1568601419847\t,', '')],
    ['badRow', (text: string) => `${text}x,y\r\n`],
    ['badRow', (text: string) => text.replace('#账号', '#账号：[2088000000000001]\n#账号')],
    ['columnsUnknown', (text: string) => text.replace('商户订单号', '商户号')],
    ['columnsUnknown', (text: string) => text.replace('门店编号', '商户订单号')],
    ['columnsUnknown', (text: string) => text.replace('创建时间,完成时间', '完成时间,创建时间')],
  ] as const)('%s', async (fault, change) => {
    expect(await faultOf(withDetails(change))).toBe(fault);
  });

  it('also where commas in free text can be read in two ways', async () => {
    const tail = '2019-09-16 10:55:16,2019-09-16 10:55:23,a\t,a\t,a\t,\t,b\t,0.09,0.09,0.00,0.00';
    const rest = '0.00,0.00,0.00,,0.00\t,0.00,\t,0.00,0.00,x';
    const path = withDetails((text) => text.replace('下单测试', `下单,${tail},${rest}`));
    expect(await faultOf(path)).toBe('badRow');
  });

  it.each([
    ['summaryWrong', (text: string) => text.replaceAll(',6,4,', ',6,3,')],
    ['summaryWrong', (text: string) => text.replaceAll('0.02,0.02,', '0.02,0.03,')],
    ['summaryWrong', (text: string) => text.replace(',6,4,', ',5,4,')],
    ['summaryWrong', (text: string) => text.replaceAll(',6,4,', ',six,4,')],
    ['fileCut', (text: string) => text.replace('合计\t', '合\t')],
    ['wrongAccount', (text: string) => text.replace('0156]', '0157]')],
    ['wrongDay', (text: string) => text.replace('[2019年09月16日', '[2019年09月15日')],
    ['columnsUnknown', (text: string) => text.replace('实收净额', '净额')],
    ['fileCut', (text: string) => text.slice(0, text.indexOf('合计'))],
  ] as const)('%s, by its summary', async (fault, change) => {
    expect(await faultOf(withSummary(change))).toBe(fault);
  });
});

describe('hostile bytes are refused with one line', () => {
  const [details, summary] = billFiles();

  it('not a zip', async () => {
    expect(await faultOf(bytesIn(folder.path, Buffer.from('no zip at all')))).toBe('notZip');
    expect(await faultOf(bytesIn(folder.path, Buffer.alloc(0)))).toBe('notZip');
    expect(await faultOf(bytesIn(folder.path, writeZip([]).subarray(0, 10)))).toBe('notZip');
  });

  it.each([
    ['a zip of zips', [{ name: Buffer.from('a.zip'), content: writeZip([details]) }, summary]],
    ['one file', [details]],
    ['three files', [details, summary, { name: Buffer.from('x'), content: Buffer.alloc(0) }]],
    ['a file twice', [details, details]],
    ['a path', [{ ...details, name: encode('../a_业务明细.csv', 'gbk') }, summary]],
    ['another path', [{ ...details, name: encode('C:\\a_业务明细.csv', 'gbk') }, summary]],
    ['a NUL in a name', [{ ...details, name: encode('a\0_业务明细.csv', 'gbk') }, summary]],
  ])('%s', async (_what, files) => {
    expect(await faultOf(zipIn(folder.path, files))).toBe('otherFiles');
  });

  it('4 GB claimed, before a byte is unpacked', async () => {
    const bytes = writeZip([details, summary]);
    bytes.writeUInt32LE(0xfffffffe, bytes.indexOf('PK\x01\x02') + 24);
    expect(await faultOf(bytesIn(folder.path, bytes))).toBe('tooLarge');
  });

  it.each([1, -1])('more or less unpacked than claimed (%d)', async (by) => {
    const bytes = writeZip([details, summary]);
    const at = bytes.indexOf('PK\x01\x02') + 24;
    bytes.writeUInt32LE(bytes.readUInt32LE(at) + by, at);
    expect(await faultOf(bytesIn(folder.path, bytes))).toBe('notZip');
  });

  it('a changed byte that still unpacks', async () => {
    const bytes = writeZip([details, summary]);
    const at = bytes.indexOf('PK\x01\x02') + 16;
    bytes.writeUInt32LE((bytes.readUInt32LE(at) ^ 1) >>> 0, at);
    expect(await faultOf(bytesIn(folder.path, bytes))).toBe('notZip');
    const packed = deflateRawSync(details.content);
    const broken = writeZip([details, summary]);
    broken[broken.indexOf(packed.subarray(0, 20)) + 10]! ^= 0xff;
    expect(await faultOf(bytesIn(folder.path, broken))).toBe('notZip');
  });

  it('UTF-8 instead of GBK', async () => {
    const text = new TextDecoder('gbk').decode(details.content);
    expect(await faultOf(zip(Buffer.from(text)))).toBe('notText');
  });

  it('a NUL', async () => {
    const content = Buffer.from(details.content);
    content[600] = 0;
    expect(await faultOf(zip(content))).toBe('notText');
  });

  it('an endless line', async () => {
    const long = Buffer.concat([details.content.subarray(0, 400), Buffer.alloc(100_000, 'a')]);
    expect(await faultOf(zip(long))).toBe('badRow');
  });

  it('ten million lines that begin with #, in bounded memory', async () => {
    const head = details.content.subarray(0, 60);
    const content = Buffer.concat([head, Buffer.alloc(20_000_000, '#\n')]);
    const path = zip(content);
    const before = process.memoryUsage().rss;
    expect(await faultOf(path)).toBe('badRow');
    expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
  });
});
