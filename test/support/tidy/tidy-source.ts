import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import * as ts from 'typescript';

/** One broken rule. */
export interface Violation {
  readonly rule: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly what: string;
}

/** An import, `export from`, `import()` or `require()` of a file. */
export interface Import {
  /** As written. */
  readonly name: string;
  /** Path of the project's file; null: a package. */
  readonly file: string | null;
  /** `import type`: nothing is left of it when the program runs. */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** A source file and what the rules need to know of it. */
export interface Source {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly ast: ts.SourceFile;
  /** A spec, a benchmark or what stands under test/. */
  readonly isTest: boolean;
  readonly imports: readonly Import[];
}

const CODE = /\.(?:ts|js|mjs|cjs)$/;
const PLACES = ['src', 'test', 'bench'];

/** Every source of the project: src, test, bench and ormconfig.ts. */
export function readSources(root: string): Source[] {
  const paths = readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return PLACES.includes(entry.name) ? codeUnder(root, entry.name) : [];
    return entry.name === 'ormconfig.ts' ? [entry.name] : [];
  });
  return paths.map((path) => parseSource(path, readFileSync(join(root, path), 'utf8')));
}

/** A source from its path and text. */
export function parseSource(path: string, text: string): Source {
  const ast = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const isTest = /\.spec\.ts$/.test(path) || /^(?:test|bench)\//.test(path);
  const imports: Import[] = [];
  walk(ast, (node) => {
    const found = importOf(node);
    if (!found) return;
    const file = found.name.startsWith('.') ? resolve(path, found.name) : null;
    imports.push({ ...found, file, line: lineOf(ast, node) });
  });
  return { path, text, ast, isTest, imports };
}

/** Calls `visit` for the node and everything in it, outermost first. */
export function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

/** The line a node begins on, from 1; doc comments do not count. */
export function lineOf(ast: ts.SourceFile, node: ts.Node): number {
  return lineAt(ast, node.getStart(ast));
}

/** The line of a position, from 1. */
export function lineAt(ast: ts.SourceFile, position: number): number {
  return ast.getLineAndCharacterOfPosition(position).line + 1;
}

function codeUnder(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return codeUnder(root, path);
    return CODE.test(entry.name) ? [path] : [];
  });
}

// Extensions are dropped, so that `./x`, `./x.js` and `./x.ts` are one file.
function resolve(from: string, name: string): string {
  return withoutExtension(posix.join(posix.dirname(from), name));
}

/** The path as imports name it. */
export function withoutExtension(path: string): string {
  return path.replace(CODE, '');
}

function importOf(node: ts.Node): { name: string; typeOnly: boolean } | null {
  if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
    const typeOnly = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    return { name: node.moduleSpecifier.text, typeOnly };
  }
  if (ts.isExportDeclaration(node)) {
    const from = node.moduleSpecifier;
    const { isTypeOnly: typeOnly } = node;
    return from && ts.isStringLiteral(from) ? { name: from.text, typeOnly } : null;
  }
  if (ts.isImportTypeNode(node)) {
    const { argument } = node;
    if (!ts.isLiteralTypeNode(argument) || !ts.isStringLiteral(argument.literal)) return null;
    return { name: argument.literal.text, typeOnly: true };
  }
  if (!ts.isCallExpression(node)) return null;
  const { expression } = node;
  const loads =
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    (ts.isIdentifier(expression) && expression.text === 'require');
  const [argument] = node.arguments;
  if (!loads || !argument || !ts.isStringLiteralLike(argument)) return null;
  return { name: argument.text, typeOnly: false };
}
