import { EventsDto } from '../../src/callbacks/events/events.dto';
import { BarCodeDto } from '../../src/pay/operations/dto/bar-code.dto';
import { CancelDto } from '../../src/pay/operations/dto/cancel.dto';
import { QueryDto } from '../../src/pay/operations/dto/query.dto';
import * as results from '../../src/pay/operations/dto/results';
import { ScanCodeDto } from '../../src/pay/operations/dto/scan-code.dto';
import { RefundDto, RefundQueryDto } from '../../src/pay/refund/operations/refund.dto';
import { RefundResult as RefundTag } from '../../src/pay/refund/operations/refund-result';
import { resultContract } from '../../src/wire/operation/contract';
import { requestContractOf, tagTypeOf } from '../../src/wire/operation/wire-type';
import { GetDto } from '../../src/receipts/operations/get.dto';
import { SearchDto } from '../../src/receipts/operations/search.dto';
import { QueryStatusDto } from '../../src/xpos/operations/dto/query-status.dto';

// The contracts of the operations, as readers and writers know them.
export const AliScanCodeParm = requestContractOf(ScanCodeDto);
export const AliBarCodeParm = requestContractOf(BarCodeDto);
export const AliPayQueryParm = requestContractOf(QueryDto);
export const AliPayCancelParm = requestContractOf(CancelDto);
export const AliPayRefundParm = requestContractOf(RefundDto);
export const AliPayRefundQueryParm = requestContractOf(RefundQueryDto);
export const XposQueryStatusParm = requestContractOf(QueryStatusDto);
export const CallbackEventsParm = requestContractOf(EventsDto);
export const ReceiptSearchParm = requestContractOf(SearchDto);
export const ReceiptGetParm = requestContractOf(GetDto);
export const PayScanCodeResult = resultContract(tagTypeOf(results.PayScanCodeResult));
export const PayStatusResult = resultContract(tagTypeOf(results.PayStatusResult));
export const RefundResult = resultContract(tagTypeOf(RefundTag));
