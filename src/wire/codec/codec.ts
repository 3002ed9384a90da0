import { readBson } from './bson/bson-read';
import { writeBson, writeBsonError } from './bson/bson-write';
import { Charset, encodeText, ReplyBody } from './charset';
import { Envelope, FlatRecord, RequestContract, ResultContract } from '../operation/contract';
import { readForm } from './form-read';
import { readJson } from './json/json-read';
import { writeJson, writeJsonError } from './json/json-write';
import { ReplyChoice, RequestFormat } from '../negotiation/negotiation';
import { readXml } from './xml/xml-read';
import { writeXml, writeXmlError } from './xml/xml-write';

/**
 * Reads the body of a request.
 * @throws PayError UNREADABLE, INVALID_MEMBER
 */
export function readBody(
  format: RequestFormat,
  contract: RequestContract,
  bytes: Buffer,
  charset: Charset,
): FlatRecord {
  switch (format) {
    case 'json':
      return readJson(contract, bytes, charset);
    case 'form':
      return readForm(contract, bytes);
    case 'xml':
      return readXml(contract, bytes, charset);
    case 'bson':
      return readBson(contract, bytes);
  }
}

/** The body of an operation's answer. */
export function encodeResult(
  choice: ReplyChoice,
  contract: ResultContract,
  envelope: Envelope | null,
): ReplyBody {
  switch (choice.format) {
    case 'json':
      return encodeText(writeJson(contract, envelope), choice.charset);
    case 'xml':
      return encodeText(writeXml(contract, envelope), choice.charset);
    case 'bson':
      return writeBson(contract, envelope);
  }
}

/** The body of an HTTP-level error in the legacy form. */
export function encodeHttpError(choice: ReplyChoice, message: string): ReplyBody {
  switch (choice.format) {
    case 'json':
      return encodeText(writeJsonError(message), choice.charset);
    case 'xml':
      return encodeText(writeXmlError(message), choice.charset);
    case 'bson':
      return writeBsonError(message);
  }
}
