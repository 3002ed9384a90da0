import { Refusal, served } from '../answer';
import { Fields } from '../terms/fields';
import { MethodHandler } from './method';

/**
 * alipay.data.dataservice.bill.downloadurl.query (open/02ekfu): a link to the bill of a day that is
 * over. Its listed codes have no ACQ before them; `isp.bill_not_exist` is what live answers say.
 */
export const billDownload: MethodHandler = (call, world) => {
  const fields = new Fields(call.biz);
  const type = fields.need('bill_type', 20);
  const date = fields.need('bill_date', 10);
  if (type !== 'trade') throw refusal('TYPE_NOT_SUPPORTED', '账单类型不支持');
  const bill = world.bill(date);
  switch (bill.kind) {
    case 'noDay':
      // Spelt so by Alipay.
      throw refusal('INVAILID_ARGUMENTS', '入参不合法');
    case 'tooOld':
      throw refusal('BILL_DATE_BEFORE_REGISTRATION', '账单时间早于注册时间');
    case 'late':
      throw refusal('isp.bill_not_exist', '账单不存在');
    case 'noData':
      throw refusal('NO_BILL_DATA', '账单无数据');
    case 'link':
      return served({
        bill_download_url: bill.url,
        bill_file_code: bill.isEmpty ? 'EMPTY_DATA_WITH_BILL_FILE' : undefined,
      });
  }
};

function refusal(subCode: string, subMsg: string): Refusal {
  return new Refusal('40004', subCode, subMsg);
}
