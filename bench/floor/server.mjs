// The floor: the least a server can do for a ScanCode and a Query and still keep money safe, by
// hand on node:http. argv: database file, client.env, `each` or `group` (commits); or an address of
// SQL Server and client.env. Prints its port.
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { alipayCaller } from './alipay-call.mjs';
import { floorBooks } from './books.mjs';
import { mssqlBooks } from './mssql-books.mjs';

const [file, clientEnv, commits] = process.argv.slice(2);
const books = file.startsWith('mssql:')
  ? await mssqlBooks(file)
  : floorBooks(file, commits === 'group');
const call = alipayCaller(clientEnv);

async function scanCode(parm) {
  const fen = Math.round(Number(parm.paymentvalue) * 100);
  const outTradeNo = randomBytes(16).toString('hex');
  const { billtype, billnum, paytype, body } = parm;
  if (!billnum || !billtype || !(fen > 0)) return { errcode: 40001, errmsg: 'refused', tag: null };
  const begun = await books.begin(billtype, billnum, paytype, fen, outTradeNo, body, Date.now());
  const { id, autoid } = typeof begun === 'object' ? begun : { id: begun, autoid: String(begun) };
  const answer = await call('alipay.trade.precreate', {
    out_trade_no: outTradeNo,
    total_amount: (fen / 100).toFixed(2),
    subject: body,
    product_code: 'FACE_TO_FACE_PAYMENT',
  });
  if (answer.out_trade_no !== outTradeNo || !answer.qr_code) {
    return { errcode: 1, errmsg: 'undecided', tag: null };
  }
  await books.giveCode(answer.qr_code, id);
  const tag = { billnum, autoid, codeurl: answer.qr_code };
  return { errcode: 0, errmsg: 'ok', tag };
}

async function query({ billtype, billnum, autoid, paytype }) {
  const receipt = books.find(billtype, billnum, Number(autoid), paytype);
  if (!receipt) return { errcode: 40401, errmsg: 'no such receipt', tag: null };
  const tag = {
    billnum,
    autoid,
    billstatus: '0',
    paystatus: 'NOTPAY',
    paystatusdesc: '等待扫码中',
  };
  if (receipt.state === 'paid') {
    const paid = { ...tag, billstatus: '3', paystatus: 'SUCCESS', paystatusdesc: '支付成功' };
    return { errcode: 0, errmsg: 'ok', tag: paid };
  }
  const answer = await call('alipay.trade.query', { out_trade_no: receipt.out_trade_no });
  if (answer.sub_code !== 'ACQ.TRADE_NOT_EXIST') return { errcode: 1, errmsg: '', tag: null };
  return { errcode: 0, errmsg: 'ok', tag };
}

const operations = {
  '/scancode': scanCode,
  '/query': query,
  // For the benchmark's own preparation.
  '/paid': async ({ autoid }) => books.setState(Number(autoid), 'paid'),
};

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    let answer;
    try {
      answer = await operations[request.url](JSON.parse(Buffer.concat(chunks).toString()));
    } catch (error) {
      answer = { errcode: 50000, errmsg: error.message, tag: null };
    }
    const bytes = Buffer.from(JSON.stringify(answer));
    response.writeHead(200, {
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': bytes.length,
    });
    response.end(bytes);
  });
});
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`floor http://127.0.0.1:${server.address().port}\n`);
});
process.on('SIGTERM', () => process.exit(0));
