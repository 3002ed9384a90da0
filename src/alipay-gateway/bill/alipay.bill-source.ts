import type { Logger } from '@nestjs/common';
import type { BillAnswer, BillSource } from '../../domain/ports/bill-source';
import { wordsOf } from '../alipay.codes';
import type { AlipayAnswer, AlipayClient } from '../call/alipay.client';
import { downloadBill, NoDownload } from './bill-download';
import type { DownloadLimits } from './bill-download';

const METHOD = 'alipay.data.dataservice.bill.downloadurl.query';
/** Largest link that is followed. */
const LONGEST_LINK = 4_096;

type NoBill = Exclude<BillAnswer['kind'], 'file'>;

/**
 * What a refusal says, by its last word. Source: Alipay, open/02ekfu; the spelling is theirs, and
 * live answers put `isp.` or nothing before it, in small letters. What is not listed is unknown.
 */
const REFUSALS: Readonly<Record<string, NoBill>> = {
  NO_BILL_DATA: 'empty',
  BILL_NOT_EXIST: 'late',
  BILL_DATE_BEFORE_REGISTRATION: 'missing',
  INVAILID_ARGUMENTS: 'refused',
  INVALID_ARGUMENTS: 'refused',
  TYPE_NOT_SUPPORTED: 'refused',
  SYSTEM_RATE_LIMIT: 'unknown',
  USER_RATE_LIMIT: 'unknown',
  UNKNOWN_ERROR: 'unknown',
};
/** Codes of the gateway itself that only other settings can change. */
const FOR_GOOD = ['20001', '40001', '40002', '40003', '40006'];

/** Alipay's daily bills: asked for by the signed call, fetched by the link it gives. */
export class AlipayBillSource implements BillSource {
  constructor(
    private readonly client: AlipayClient,
    private readonly limits: DownloadLimits,
    private readonly logger: Logger,
  ) {}

  async fetch(date: string): Promise<BillAnswer> {
    const answer = await this.ask(date);
    if (answer.kind !== 'file')
      this.logger.warn(`bill of ${date}: ${answer.kind}, ${answer.cause}`);
    return answer;
  }

  /** Closes the connections to Alipay; called by Nest at the very end. */
  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }

  private async ask(date: string): Promise<BillAnswer> {
    const bizContent = { bill_type: 'trade', bill_date: date };
    const reply = await this.client.call(METHOD, { bizContent });
    if (reply.kind === 'failure') {
      return { kind: reply.gatewayError ? 'refused' : 'unknown', cause: reply.cause };
    }
    const { code, text } = wordsOf(reply.answer);
    return code === '10000' ? this.download(reply.answer) : noBill(reply.answer, text);
  }

  private async download(answer: AlipayAnswer): Promise<BillAnswer> {
    const { bill_download_url: link } = answer;
    if (typeof link !== 'string' || link.length > LONGEST_LINK) {
      return { kind: 'unknown', cause: '10000 without a link' };
    }
    try {
      return { kind: 'file', bill: await downloadBill(link, this.limits) };
    } catch (error) {
      if (!(error instanceof NoDownload)) throw error;
      return { kind: 'unknown', cause: `not downloaded: ${error.message}` };
    }
  }
}

function noBill(answer: AlipayAnswer, cause: string): BillAnswer {
  const { code, subCode } = wordsOf(answer);
  const word = subCode.slice(subCode.lastIndexOf('.') + 1).toUpperCase();
  const told = REFUSALS[word.replaceAll('-', '_')];
  return { kind: told ?? (FOR_GOOD.includes(code) ? 'refused' : 'unknown'), cause };
}
