import type { XposRequest, XposRequests } from '../../domain/ports/xpos-requests';
import type { Database } from '../sql/database';
import { isDuplicate } from '../sql/db-errors';
import type { Statement } from '../sql/sql';
import { big, sql, text } from '../sql/sql';
import { changing } from '../sql/writes';
import type { Decision } from '../sql/writes';

interface RequestRow {
  app_key: string;
  request_id: string;
  content: string;
  out_biz_id: string;
  out_trade_no: string;
}

const REQUESTS = sql`select app_key, request_id, content, out_biz_id, out_trade_no
    from xpos_request `;

/** The requests of XPOS; the unique key decides which of two is the first. */
export class XposRequestStore implements XposRequests {
  constructor(private readonly database: Database) {}

  async claim(request: XposRequest, nowMs: number): Promise<XposRequest> {
    const there = await this.byKey(request);
    if (there) return there;
    try {
      await this.database.once('xposRequest', () => Promise.resolve(inserting(request, nowMs)));
      return request;
    } catch (error) {
      const first = isDuplicate(error) ? await this.byKey(request) : null;
      if (!first) throw error;
      return first;
    }
  }

  async findByOutTradeNo(outTradeNo: string): Promise<XposRequest | null> {
    const found = await this.select(sql`where out_trade_no = ${text(64, outTradeNo)}`);
    // SQL Server takes texts for equal that differ in trailing blanks.
    return found?.outTradeNo === outTradeNo ? found : null;
  }

  private byKey({ appKey, requestId }: XposRequest): Promise<XposRequest | null> {
    return this.select(
      sql`where app_key = ${text(64, appKey)} and request_id = ${text(64, requestId)}`,
    );
  }

  private async select(where: Statement): Promise<XposRequest | null> {
    const [row] = await this.database.read.rows<RequestRow>(REQUESTS.with(where));
    if (!row) return null;
    return {
      appKey: row.app_key,
      requestId: row.request_id,
      content: row.content,
      outBizId: row.out_biz_id,
      outTradeNo: row.out_trade_no,
    };
  }
}

function inserting(request: XposRequest, nowMs: number): Decision<boolean> {
  return changing(sql`insert into xpos_request
      (app_key, request_id, content, out_biz_id, out_trade_no, asked_at_ms) values
      (${text(64, request.appKey)}, ${text(64, request.requestId)},
      ${text(64, request.content)}, ${text(64, request.outBizId)},
      ${text(64, request.outTradeNo)}, ${big(nowMs)})`);
}
