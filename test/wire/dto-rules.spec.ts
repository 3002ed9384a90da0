import { getMetadataStorage } from 'class-validator';
import { EventsDto } from '../../src/callbacks/events/events.dto';
import { BarCodeDto } from '../../src/pay/operations/dto/bar-code.dto';
import { CancelDto } from '../../src/pay/operations/dto/cancel.dto';
import { QueryDto } from '../../src/pay/operations/dto/query.dto';
import { ScanCodeDto } from '../../src/pay/operations/dto/scan-code.dto';
import { GetDto } from '../../src/receipts/operations/get.dto';
import { SearchDto } from '../../src/receipts/operations/search.dto';
import { QueryStatusDto } from '../../src/xpos/operations/dto/query-status.dto';

it.each([
  ScanCodeDto,
  BarCodeDto,
  QueryDto,
  CancelDto,
  QueryStatusDto,
  EventsDto,
  SearchDto,
  GetDto,
])('%p has rules, and none that waits for its verdict: it would pass', (dto) => {
  const storage = getMetadataStorage();
  const rules = storage.getTargetValidationMetadatas(dto, '', false, false);
  const checks = rules.flatMap((rule) => storage.getTargetValidatorConstraints(rule.constraintCls));
  expect(checks.length).toBeGreaterThan(0);
  expect(checks.filter((check) => check.async)).toEqual([]);
});
