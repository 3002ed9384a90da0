// Each key is a row of "Deliberate differences" in docs/integrating.md.

const MONEY =
  'money: one grammar, at most two decimals, 0.01 to 100000000.00, missing refused in XML too';
const DUPLICATE = 'a duplicate member is refused, also when names differ in case only';
const TEXT_MEMBER = 'for a text member: integers in plain notation, no other number, no boolean';
const LOWER_CASE_POST = 'post in lower case is refused by the HTTP parser';

/** Vectors on which reading differs from the legacy service, by the reason for it. */
export const DELIBERATE_READS: Readonly<Record<string, readonly string[]>> = {
  [MONEY]: [
    'dec-json-09', // "1,234.56"
    'dec-json-21', // -1
    'dec-json-22', // -0.01
    'dec-json-23', // -0
    'dec-json-24', // 0
    'dec-json-32', // 0x10
    'dec-json-36', // -79228162514264337593543950335
    'dec-json-37', // 1e28
    'dec-json-40', // 12345678901234567890
    'dec-json-42', // 9007199254740993.5
    'dec-json-45', // 1.005
    'dec-json-46', // 100000000000000000000000.01
    'dec-json-47', // 28 decimals
    'dec-json-48', // 29 decimals
    'dec-json-64', // "5,00"
    'dec-json-66', // "5-"
    'dec-xml-12', // -1
    'dec-xml-13', // -0
    'dec-xml-19', // 79228162514264337593543950335
    'dec-xml-22', // 0.30000000000000004
    'dec-xml-24', // 29 decimals
    'dec-xml-missing',
    'dec-form-09', // 1e2
    'dec-form-19', // &h10
    'dec-form-20', // 79228162514264337593543950335
    'dec-form-22', // 29 decimals
    'dec-bson-double-1e15+.3',
    'dec-bson-double-1e28',
    'dec-bson-double-1e-30',
    'dec-bson-int64-max',
    'dec-bson-string-1,234.56',
    'dec-bson-string-5,00',
    'dec-bson-string-5-',
    'val-sc-missing-paymentvalue-xml',
    'val-sc-zero-json',
    'val-sc-zero-xml',
    'val-sc-zero-form',
    'val-sc-zero-bson',
    'val-sc-negative-form',
    'val-sc-negative-bson',
  ],
  [DUPLICATE]: [
    'xml-duplicate-at-end',
    'json-exact-and-other-case',
    'json-other-case-then-exact',
    'json-duplicate-last-wins',
    'form-duplicate',
    'bson-duplicate',
  ],
  [TEXT_MEMBER]: [
    'json-string-member-float',
    'json-string-member-true',
    'json-string-member-false',
    'json-string-member-nan',
    'json-string-member-leading-zero',
    'json-string-member-hex',
    'json-string-member-float-long',
    'bson-string-member-double', // 1.5
  ],
  'BSON: a known member is text, a number or null; any other type is refused': [
    'bson-string-member-bool',
    'bson-string-member-date',
    'bson-string-member-binary',
    'bson-string-member-oid',
    'bson-string-member-js',
    'bson-string-member-timestamp',
  ],
  'XML members are accepted in any order': ['xml-first-last-swapped', 'xml-one-moved'],
  'XML z:Id, z:Ref and i:type are refused': [
    'xml-xsi-type-string',
    'xml-xsi-type-int',
    'xml-xsi-type-unknown',
    'xml-xsi-type-root-self',
    'xml-z-id',
  ],
  'nesting deeper than 32 is refused': ['xml-deep-unknown', 'json-nested-200'],
  'after the first JSON value only blanks, comments and NUL': [
    'json-trailing-garbage',
    'json-two-objects',
  ],
  'an unknown charset is UTF-8 or refused, never U+FFFD': [
    'charset-request-form-gb2312',
    'charset-request-form-raw-gbk',
  ],
  'a lone surrogate cannot be stored': ['xml-charref-lone-surrogate'],
  [LOWER_CASE_POST]: ['err-method-lowercase-post'],
};

/** Vectors whose answer differs, by the reason for it. */
export const DELIBERATE_WRITES: Readonly<Record<string, readonly string[]>> = {
  'two Accept headers count as one joined line': ['neg-two-accept-headers-one-bad'],
  [LOWER_CASE_POST]: ['err-method-lowercase-post'],
};
