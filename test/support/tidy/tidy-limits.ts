import { posix } from 'node:path';
import * as ts from 'typescript';
import { lineAt, lineOf, Source, Violation, walk } from './tidy-source';

const MAX_FUNCTION_LINES = 70;
const MAX_FILE_LINES = 400;
const MAX_CONSTRUCTOR_PARAMETERS = 5;
const MAX_COLUMNS = 100;
const MAX_FOLDER_FILES = 10;
/** One file for each change of the tables, for ever: a list, in the order of its dates. */
const LISTS = ['src/legacy-db/migrations'];

/** Sizes of files, lines, functions and constructors. */
export function checkLimits(source: Source): Violation[] {
  const { path, text, ast } = source;
  const found: Violation[] = [];
  const add = (rule: string, line: number, what: string): void => {
    found.push({ rule, file: path, line, what });
  };
  const lines = text.replace(/\n$/, '').split('\n');
  if (lines.length > MAX_FILE_LINES) add('file length', lines.length, `${lines.length} lines`);
  lines.forEach((line, i) => {
    const columns = [...line].length;
    if (columns > MAX_COLUMNS) add('columns', i + 1, `${columns} columns`);
  });
  walk(ast, (node) => {
    if (!ts.isFunctionLike(node)) return;
    const size = linesOf(ast, node);
    if (size > MAX_FUNCTION_LINES && !groupsTests(node)) {
      add('function length', lineOf(ast, node), `${size} lines`);
    }
    const { length } = node.parameters;
    if (ts.isConstructorDeclaration(node) && length > MAX_CONSTRUCTOR_PARAMETERS) {
      add('constructor', lineOf(ast, node), `${length} parameters`);
    }
  });
  return found;
}

/** A folder of the service has rooms above so many files of code; specs do not count. */
export function checkRooms(sources: readonly Source[]): Violation[] {
  const files = new Map<string, number>();
  for (const { path, isTest } of sources) {
    const folder = posix.dirname(path);
    if (isTest || !folder.startsWith('src/') || LISTS.includes(folder)) continue;
    files.set(folder, (files.get(folder) ?? 0) + 1);
  }
  return [...files]
    .filter(([, count]) => count > MAX_FOLDER_FILES)
    .map(([file, count]) => ({ rule: 'rooms', file, line: 1, what: `${count} files` }));
}

/** Exported things of the domain, and fields of the configuration, say what they mean. */
export function checkDocs({ path, ast, isTest }: Source): Violation[] {
  if (isTest || !path.startsWith('src/domain/')) return [];
  return ast.statements
    .filter((statement) => isExported(statement) && !isOverload(statement))
    .filter((statement) => ts.getJSDocCommentsAndTags(statement).length === 0)
    .map((statement) => {
      const what = `${statement.getText(ast).split('\n', 1)[0]} has no doc comment`;
      return { rule: 'docs', file: path, line: lineOf(ast, statement), what };
    });
}

// Decorators stand before a method and describe it; they are not its length.
function linesOf(ast: ts.SourceFile, node: ts.SignatureDeclaration): number {
  const decorators = ts.canHaveDecorators(node) ? (ts.getDecorators(node) ?? []) : [];
  const from = decorators.at(-1)?.end ?? node.getStart(ast);
  const start = from + (/^\s*/.exec(ast.text.slice(from))?.[0].length ?? 0);
  return lineAt(ast, node.end) - lineAt(ast, start) + 1;
}

// The function given to `describe` is a list of tests, not a unit of work; so is one that holds
// nothing but such lists.
function groupsTests(node: ts.Node): boolean {
  if (ts.isCallExpression(node.parent) && rootName(node.parent) === 'describe') return true;
  const { body } = node as Partial<ts.FunctionDeclaration>;
  return body !== undefined && body.statements.length > 0 && body.statements.every(isDescribe);
}

function isDescribe(statement: ts.Statement): boolean {
  return ts.isExpressionStatement(statement) && rootName(statement.expression) === 'describe';
}

/** The name an expression such as `describe.each(table)(…)` begins with. */
export function rootName(node: ts.Node): string {
  if (ts.isIdentifier(node)) return node.text;
  if (ts.isCallExpression(node) || ts.isPropertyAccessExpression(node)) {
    return rootName(node.expression);
  }
  return ts.isTaggedTemplateExpression(node) ? rootName(node.tag) : '';
}

function isExported(statement: ts.Statement): boolean {
  const modifiers = ts.canHaveModifiers(statement) ? ts.getModifiers(statement) : undefined;
  return modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

function isOverload(statement: ts.Statement): boolean {
  return ts.isFunctionDeclaration(statement) && !statement.body;
}
