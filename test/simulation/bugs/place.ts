import * as ts from 'typescript';

/** A change of one node of one function. */
export interface Planting {
  /** `name`, `Class.name` or `Class.constructor`. */
  readonly within: string;
  /** The node, without comments. */
  readonly find: string;
  readonly replace: string;
}

/** A part of a source's text. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The source with the change in it. */
export function plant({ within, find, replace }: Planting, source: string): string {
  const places = placesOf(within, find, source);
  const [place] = places;
  if (!place || places.length > 1) {
    throw new Error(`its place in ${within} is found ${places.length} times, not once`);
  }
  return source.slice(0, place.start) + replace + source.slice(place.end);
}

/** The nodes of a function that read like `find`, whatever their layout and comments. */
function placesOf(within: string, find: string, source: string): Span[] {
  const ast = ts.createSourceFile('patched.ts', source, ts.ScriptTarget.Latest, true);
  const wanted = dense(find);
  const places = new Map<string, Span>();
  const walk = (node: ts.Node): void => {
    if (pathOf(node).startsWith(`${within}.`) && dense(wordsOf(node, ast)) === wanted) {
      const place = { start: node.getStart(ast), end: node.end };
      // A node that holds nothing but another one is no second place.
      places.set(`${place.start}-${place.end}`, place);
    }
    ts.forEachChild(node, walk);
  };
  walk(ast);
  return [...places.values()];
}

/** `Class.method.` or `function.`, as far as the node is in one. */
function pathOf(node: ts.Node): string {
  if (ts.isSourceFile(node)) return '';
  const outer = pathOf(node.parent);
  if (ts.isConstructorDeclaration(node)) return `${outer}constructor.`;
  const names =
    ts.isClassDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    (ts.isVariableDeclaration(node) && ts.isSourceFile(node.parent.parent.parent));
  return names && node.name ? `${outer}${node.name.getText()}.` : outer;
}

/** The text of a node without the comments in it. */
function wordsOf(node: ts.Node, ast: ts.SourceFile): string {
  const parts = node.getChildren(ast).filter((part) => !ts.isJSDoc(part));
  if (parts.length === 0) return node.getText(ast);
  return parts.map((part) => wordsOf(part, ast)).join(' ');
}

/** Without what a formatter may change: white space, and commas at an end. */
function dense(text: string): string {
  return text.replace(/\s+/g, '').replace(/,(?=[)\]}])/g, '');
}
