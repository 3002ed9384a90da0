// The bodies of the two calls in each format, as tills send them.
import { serialize } from 'bson';
import { post } from './load.mjs';

const I = 'http://www.w3.org/2001/XMLSchema-instance';

const xml = (root) => (record) => {
  const members = Object.keys(record)
    .sort()
    .map((name) => `<${name}>${record[name]}</${name}>`)
    .join('');
  return `<${root.name} xmlns:i="${I}" xmlns="${root.namespace}">${members}</${root.name}>`;
};

/** Writers by format for one contract of the service. */
function writers(root) {
  return {
    json: ['application/json', (record) => JSON.stringify(record)],
    xml: ['application/xml', xml(root)],
    bson: ['application/bson', (record) => serialize(record)],
    form: ['application/x-www-form-urlencoded', (record) => String(new URLSearchParams(record))],
  };
}

/** What a till sends to begin a payment of bill `billNo`. */
export function scanCodeRecord(billNo) {
  return {
    billnum: billNo,
    billtype: '2',
    body: '景区门票',
    clientip: '202.96.128.68',
    detail: '成人票x1',
    paymentvalue: 0.01,
    paytype: '98',
  };
}

/** Bytes of a request by format; `contract` is the service's own: its name and namespace. */
export function requests(path, contract, headers) {
  const table = writers(contract);
  const bytes = {};
  for (const [format, [mediaType, write]] of Object.entries(table)) {
    const accept = format === 'form' ? 'application/json' : mediaType;
    bytes[format] = (record) =>
      post(path, mediaType, write(record), { Accept: accept, ...headers });
  }
  return bytes;
}
