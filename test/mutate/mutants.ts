import * as ts from 'typescript';
import { rootName } from '../support/tidy/tidy-limits';
import { lineAt, walk } from '../support/tidy/tidy-source';
import { conditionsOf } from './sql-conditions';

/** One change of a source that its tests should notice. */
export interface Mutant {
  /** Names it within its file without a line number: it stays the same when code moves. */
  readonly name: string;
  /** From 1. */
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

type Change = Omit<Mutant, 'name' | 'line'>;

const OTHER_BOUND: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.LessThanToken]: '<=',
  [ts.SyntaxKind.LessThanEqualsToken]: '<',
  [ts.SyntaxKind.GreaterThanToken]: '>=',
  [ts.SyntaxKind.GreaterThanEqualsToken]: '>',
};

const OPPOSITE: Partial<Record<ts.SyntaxKind, string>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: '!==',
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: '===',
  [ts.SyntaxKind.LessThanToken]: '>=',
  [ts.SyntaxKind.LessThanEqualsToken]: '>',
  [ts.SyntaxKind.GreaterThanToken]: '<=',
  [ts.SyntaxKind.GreaterThanEqualsToken]: '<',
};

const LINKS: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
  ts.SyntaxKind.QuestionQuestionToken,
]);

const OTHER_METHOD: Readonly<Partial<Record<string, string>>> = {
  min: 'max',
  max: 'min',
  some: 'every',
  every: 'some',
};

/** What is written to the log changes nothing that a till or the books could notice. */
const LOGGED = /^(?:this\.)?logger\./;

const MAX_NAME = 120;

/** Every guard, branch and condition of a source removed or turned, one at a time. */
export function mutantsOf(text: string): Mutant[] {
  const ast = ts.createSourceFile('mutated.ts', text, ts.ScriptTarget.Latest, true);
  const found: { change: Change; place: string }[] = [];
  walk(ast, (node) => {
    if (isInDecorator(node)) return;
    for (const change of changesOf(node, ast)) found.push({ change, place: placeOf(node) });
  });
  const times = new Map<string, number>();
  return found.map(({ change, place }) => {
    const name = nameOf(text, change, place);
    const nth = (times.get(name) ?? 0) + 1;
    times.set(name, nth);
    const line = lineAt(ast, change.start);
    return { ...change, name: nth === 1 ? name : `${name} (${nth})`, line };
  });
}

/** The source with the change in it. */
export function mutated(text: string, { start, end, replacement }: Change): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

function changesOf(node: ts.Node, ast: ts.SourceFile): Change[] {
  if (ts.isIfStatement(node)) return neverAndAlways(node.expression, ast);
  if (ts.isConditionalExpression(node)) return neverAndAlways(node.condition, ast);
  if (ts.isBinaryExpression(node)) return binary(node, ast);
  if (ts.isPrefixUnaryExpression(node)) return negation(node, ast);
  if (ts.isCaseClause(node)) return [replace(node.expression, ast, 'NaN')];
  if (ts.isExpressionStatement(node)) return statement(node, ast);
  if (ts.isThrowStatement(node)) return isWholeBranch(node) ? [] : [replace(node, ast, ';')];
  if (ts.isCallExpression(node)) return call(node, ast);
  return ts.isTaggedTemplateExpression(node) ? conditions(node, ast) : [];
}

function neverAndAlways(condition: ts.Expression, ast: ts.SourceFile): Change[] {
  return [replace(condition, ast, 'false'), replace(condition, ast, 'true')];
}

function binary(node: ts.BinaryExpression, ast: ts.SourceFile): Change[] {
  const { left, right } = node;
  const { kind } = node.operatorToken;
  if (LINKS.has(kind)) {
    return [left, right].map((kept) => replace(node, ast, `(${kept.getText(ast)})`));
  }
  const changes: Change[] = [];
  const bound = OTHER_BOUND[kind];
  if (bound) changes.push(replace(node.operatorToken, ast, bound));
  const opposite = OPPOSITE[kind];
  // A whole condition that is never and always met says more than one that is turned.
  if (opposite && !isJudged(node)) changes.push(replace(node.operatorToken, ast, opposite));
  return changes;
}

function negation(node: ts.PrefixUnaryExpression, ast: ts.SourceFile): Change[] {
  if (node.operator !== ts.SyntaxKind.ExclamationToken || isJudged(node)) return [];
  return [replace(node, ast, node.operand.getText(ast))];
}

/** A statement that is run for what it does: it is not run. */
function statement(node: ts.ExpressionStatement, ast: ts.SourceFile): Change[] {
  const text = node.getText(ast);
  if (LOGGED.test(text) || text.startsWith('super(') || isWholeBranch(node)) return [];
  return [replace(node, ast, ';')];
}

function call(node: ts.CallExpression, ast: ts.SourceFile): Change[] {
  const { expression } = node;
  if (!ts.isPropertyAccessExpression(expression)) return [];
  const { name } = expression;
  // Rows that are kept back, and a piece of a statement, most often its guard.
  if (name.text === 'filter' || name.text === 'with') {
    return [replace(node, ast, expression.expression.getText(ast))];
  }
  const other = OTHER_METHOD[name.text];
  return other && Object.hasOwn(OTHER_METHOD, name.text) ? [replace(name, ast, other)] : [];
}

/** Each condition of a statement on the books, dropped. */
function conditions(node: ts.TaggedTemplateExpression, ast: ts.SourceFile): Change[] {
  if (rootName(node.tag) !== 'sql') return [];
  const start = node.template.getStart(ast) + 1;
  const source = ast.text.slice(start, node.template.end - 1);
  // What stands in `${}` is not SQL: it is blotted out, at its length.
  const spans = ts.isTemplateExpression(node.template) ? node.template.templateSpans : [];
  let text = source;
  for (const { expression } of spans) {
    const from = expression.getFullStart() - 2 - start;
    const to = expression.end + 1 - start;
    text = text.slice(0, from) + '?'.repeat(to - from) + text.slice(to);
  }
  return conditionsOf(text).map((found) => {
    return { start: start + found.start, end: start + found.end, replacement: found.neutral };
  });
}

function replace(node: ts.Node, ast: ts.SourceFile, replacement: string): Change {
  return { start: node.getStart(ast), end: node.end, replacement };
}

/** Is the expression decided on as a whole, or a link of such a chain? */
function isJudged(node: ts.Node): boolean {
  const { parent } = node;
  if (ts.isParenthesizedExpression(parent)) return isJudged(parent);
  if (ts.isIfStatement(parent)) return parent.expression === node;
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  return ts.isBinaryExpression(parent) && LINKS.has(parent.operatorToken.kind);
}

/** Is the statement all that an `if` does? Then its condition, never met, removes it. */
function isWholeBranch(node: ts.Statement): boolean {
  const { parent } = node;
  if (ts.isIfStatement(parent)) return parent.thenStatement === node && !parent.elseStatement;
  return ts.isBlock(parent) && parent.statements.length === 1 && ts.isIfStatement(parent.parent)
    ? isWholeBranch(parent)
    : false;
}

function isInDecorator(node: ts.Node): boolean {
  return ts.findAncestor(node, ts.isDecorator) !== undefined;
}

/** The function or constant a node belongs to. */
function placeOf(node: ts.Node): string {
  const named = ts.findAncestor(node, (each): each is ts.Declaration & { name: ts.Identifier } => {
    const declares =
      ts.isMethodDeclaration(each) ||
      ts.isFunctionDeclaration(each) ||
      (ts.isVariableDeclaration(each) && ts.isSourceFile(each.parent.parent.parent));
    return declares && each.name !== undefined && ts.isIdentifier(each.name);
  });
  if (named) return named.name.text;
  return ts.findAncestor(node, ts.isConstructorDeclaration) ? 'constructor' : '';
}

function nameOf(text: string, { start, end, replacement }: Change, place: string): string {
  const was = `\`${short(text.slice(start, end))}\``;
  const change = replacement === ';' ? `without ${was}` : `${was} as \`${short(replacement)}\``;
  // An operator alone does not say where it stands.
  const around = end - start > 3 ? '' : ` in \`${short(lineTextAt(text, start))}\``;
  return `${place}: ${change}${around}`;
}

function lineTextAt(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at) + 1, end < 0 ? text.length : end);
}

function short(text: string): string {
  const flat = text.replace(/\s+/g, ' ').trim();
  return flat.length > MAX_NAME ? `${flat.slice(0, MAX_NAME - 1)}…` : flat;
}
