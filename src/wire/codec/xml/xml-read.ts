import { Charset, decodeUtf16, decodeUtf8 } from '../charset';
import { FlatRecord, RequestContract } from '../../operation/contract';
import { FlatRecordBuilder } from '../flat-record';
import { XmlElement, XmlScanner } from './xml-scanner';
import { XmlScope } from './xml-scope';

const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
const SERIALIZATION = 'http://schemas.microsoft.com/2003/10/Serialization/';
const SOMETHING = /[^ \t\r\n]/;

/**
 * Reads a request in the XML of .NET's DataContractSerializer. Root and namespace must match
 * exactly; members may come in any order. Source: legacy wire rules, docs/integrating.md.
 * @throws PayError UNREADABLE, INVALID_MEMBER
 */
export function readXml(contract: RequestContract, bytes: Buffer, charset: Charset): FlatRecord {
  const decoded = charset === 'utf-16' ? decodeUtf16(bytes) : decodeUtf8(bytes);
  const scanner = new XmlScanner(decoded.startsWith('\ufeff') ? decoded.slice(1) : decoded);
  scanner.declaration(charset);
  scanner.misc();
  const root = scanner.startTag(XmlScope.OUTSIDE);
  if (root.name !== contract.name || root.namespace !== contract.namespace) {
    throw scanner.fault(`the root must be ${contract.name} in its namespace`);
  }
  if (isNil(scanner, root)) throw scanner.fault('the root must not be nil');
  const record = new FlatRecordBuilder(contract);
  if (!root.empty) readMembers(scanner, record, contract, root);
  scanner.misc();
  if (!scanner.isAtEnd()) throw scanner.fault('nothing may follow the root element');
  return record.finish();
}

function readMembers(
  scanner: XmlScanner,
  record: FlatRecordBuilder,
  contract: RequestContract,
  root: XmlElement,
): void {
  for (;;) {
    if (SOMETHING.test(scanner.content())) throw scanner.fault('text between the members');
    if (scanner.isAtEndTag()) break;
    const element = scanner.startTag(root.scope);
    const isOurs = element.namespace === contract.namespace;
    const place = isOurs ? record.exactPlace(element.name) : undefined;
    if (place === undefined) scanner.skip(element, 2);
    else record.put(place, readMember(scanner, element));
  }
  scanner.endTag(root);
}

function readMember(scanner: XmlScanner, element: XmlElement): string | null {
  if (isNil(scanner, element)) {
    scanner.skip(element, 2);
    return null;
  }
  if (element.empty) return '';
  const text = scanner.content();
  scanner.endTag(element); // A child element is refused here.
  return text;
}

/** Looks at the attributes that mean something: nil is honoured, tricks with types are refused. */
function isNil(scanner: XmlScanner, element: XmlElement): boolean {
  let nil = false;
  for (const { namespace, name, value } of element.attributes) {
    if (namespace === SERIALIZATION) throw scanner.fault('Id, Ref and the like are refused');
    if (namespace !== INSTANCE) continue;
    if (name === 'type') throw scanner.fault('i:type is refused');
    if (name !== 'nil') continue;
    const truth = value.trim();
    if (!/^(?:true|false|1|0)$/.test(truth)) throw scanner.fault('i:nil must be true or false');
    nil = truth === 'true' || truth === '1';
  }
  return nil;
}
