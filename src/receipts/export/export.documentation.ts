import { ERRORS } from '../../domain/errors';
import type { ErrorCode } from '../../domain/errors';
import { Documented } from '../../wire/openapi/documented';
import { membersOfType } from '../../wire/operation/wire-type';
import { ExportDto } from './export.dto';

const DESCRIPTION = `
条件与 Search 相同，写在地址中。UTF-8(带 BOM)、CRLF、北京时间、金额单位元；长数字末尾有一个制表符，
以免被电子表格改写；任何内容都不会成为公式。边查边传，不完整的文件其连接会中断。

What Search takes, in the address. UTF-8 with a byte order mark, CRLF, China time, yuan; long
numbers end with a tab so that no spreadsheet rounds them; no text starts a formula. Streamed; a
file that is not whole ends with a broken connection.
`;

const REFUSALS: readonly ErrorCode[] = ['NO_KEY', 'FORBIDDEN', 'RATE_LIMITED', 'OVERLOADED'];

/** Members of Search that make no sense where there are no pages. */
const OF_PAGES: readonly string[] = ['pagesize', 'cursor'];

/** Documents the file of receipts. */
export function DocumentedExport(): MethodDecorator {
  const members = Object.entries(membersOfType(ExportDto));
  return Documented(({ ApiOperation, ApiProduces, ApiQuery, ApiResponse, ApiTags }) => [
    ApiTags('Receipts'),
    ApiOperation({
      operationId: 'exportReceipts',
      summary: '导出收款 · receipts as a file for spreadsheets',
      description: DESCRIPTION.trim(),
    }),
    ...members
      .filter(([name]) => !OF_PAGES.includes(name))
      .map(([name, { meaning, allowed }]) =>
        ApiQuery({
          name,
          required: false,
          description: `${meaning.zh} · ${meaning.en}`,
          schema: { type: 'string', ...(allowed ? { enum: [...allowed] } : {}) },
        }),
      ),
    ApiProduces('text/csv'),
    ApiResponse({
      status: 200,
      description: '文件，或 errcode 40001 · the file, or errcode 40001',
      content: { 'text/csv': { schema: { type: 'string' } } },
    }),
    ...REFUSALS.map((code) => {
      const { rest, errcode, text } = ERRORS[code];
      return ApiResponse({ status: rest, description: `${errcode} · ${text}` });
    }),
  ]);
}
