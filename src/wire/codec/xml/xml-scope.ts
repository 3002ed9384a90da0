const XML = 'http://www.w3.org/XML/1998/namespace';
const XMLNS = 'http://www.w3.org/2000/xmlns/';

/** The namespace declarations that hold for an element. A lookup goes up as deep as it lies. */
export class XmlScope {
  /** Outside the root: only the prefix that XML itself declares. */
  static readonly OUTSIDE = new XmlScope(new Map([['xml', XML]]), null);

  private constructor(
    private readonly declared: ReadonlyMap<string, string>,
    private readonly outer: XmlScope | null,
  ) {}

  /** May this prefix (empty: the default) be bound to this namespace? */
  static mayDeclare(prefix: string, namespace: string): boolean {
    if (prefix === 'xmlns' || namespace === XMLNS) return false;
    if ((prefix === 'xml') !== (namespace === XML)) return false;
    return prefix === '' || namespace !== '';
  }

  with(declared: ReadonlyMap<string, string>): XmlScope {
    return new XmlScope(declared, this);
  }

  /** The namespace of a prefix (empty: the default); null when it is not declared. */
  find(prefix: string): string | null {
    return this.declared.get(prefix) ?? this.outer?.find(prefix) ?? null;
  }
}
