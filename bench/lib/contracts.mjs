import { createRequire } from 'node:module';

const built = (name) => createRequire(import.meta.url)(`../../dist/src/${name}.js`);
const { requestContractOf, tagTypeOf } = built('wire/operation/wire-type');
const { resultContract } = built('wire/operation/contract');
const dto = 'pay/operations/dto';

/** What readers and writers know of the operations. */
export const AliScanCodeParm = requestContractOf(built(`${dto}/scan-code.dto`).ScanCodeDto);
export const AliPayQueryParm = requestContractOf(built(`${dto}/query.dto`).QueryDto);
export const PayStatusResult = resultContract(tagTypeOf(built(`${dto}/results`).PayStatusResult));
