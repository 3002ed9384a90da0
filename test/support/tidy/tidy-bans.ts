import * as ts from 'typescript';
import { rootName } from './tidy-limits';
import { lineAt, lineOf, Source, Violation, walk } from './tidy-source';

/** Something that is allowed in its homes alone. */
interface Ban {
  readonly rule: string;
  /** Where the ban holds. */
  readonly where: (source: Source) => boolean;
  /** Files in which it is allowed. */
  readonly homes?: RegExp;
  readonly matches: (node: ts.Node) => boolean;
}

const everywhere = (): boolean => true;
/** What runs in the service: no specs, no scripts of a page. */
const inService = ({ path, isTest }: Source): boolean => !isTest && path.endsWith('.ts');
const inTests = ({ isTest }: Source): boolean => isTest;

/** Where transactions begin and end. */
const TRANSACTION_HOMES = new RegExp(
  String.raw`^src/legacy-db/\w+/` +
    String.raw`(?:write-queue|(?:\w+-)?database|\w+-data-source|batch/write-batch)\.ts$`,
);

/** Packages that are loaded where they are used, by `await import`: most processes never do. */
const LATE = ['@nestjs/swagger', '@nats-io/transport-node', 'amqplib', 'ioredis'];

const BANS: readonly Ban[] = [
  {
    rule: 'as any',
    where: everywhere,
    matches: (node) =>
      (ts.isAsExpression(node) || ts.isTypeAssertionExpression(node)) &&
      node.type.kind === ts.SyntaxKind.AnyKeyword,
  },
  {
    rule: 'process.env',
    where: inService,
    homes: /^src\/(?:config\/reading\/environment|simulator\/main)\.ts$/,
    matches: readsEnvironment,
  },
  {
    rule: 'time',
    where: inService,
    homes: /^src\/(?:config\/system-clock|simulator\/clock)\.ts$/,
    matches: readsTime,
  },
  {
    rule: 'randomness',
    where: inService,
    homes: /^src\/(?:config\/system-clock\.ts|simulator\/)/,
    matches: (node) => isAccess(node, 'Math', 'random'),
  },
  {
    rule: 'transaction',
    where: inService,
    homes: TRANSACTION_HOMES,
    matches: opensTransaction,
  },
  {
    rule: 'synchronize',
    where: everywhere,
    matches: (node) =>
      ts.isPropertyAssignment(node) &&
      nameOf(node.name) === 'synchronize' &&
      node.initializer.kind !== ts.SyntaxKind.FalseKeyword,
  },
  {
    rule: 'forwardRef',
    where: everywhere,
    matches: (node) => isCallOf(node, ['forwardRef']),
  },
  {
    rule: '@Global',
    where: everywhere,
    homes: /^src\/config\/config\.module\.ts$/,
    matches: (node) => ts.isDecorator(node) && rootName(node.expression) === 'Global',
  },
  {
    rule: 're-export',
    where: ({ path }) => /(?:^|\/)index\.[jt]s$/.test(path),
    matches: (node) => ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined,
  },
  {
    rule: 'driver',
    where: everywhere,
    homes: /^src\/legacy-db\/sqlite\/sqlite-driver\.ts$/,
    matches: loadsDriver,
  },
  {
    rule: 'loaded late',
    where: inService,
    matches: loadsAtOnce,
  },
  {
    rule: 'only or skip',
    where: inTests,
    matches: leavesTestsOut,
  },
  {
    rule: 'name',
    where: everywhere,
    matches: (node) =>
      (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) &&
      /^(?:Base|I(?=[A-Z][a-z]))|(?:Helper|Utils?|Manager)$/.test(node.name?.text ?? ''),
  },
];

/** Comments that switch a check off or put work off without saying where it is kept. */
const COMMENTS =
  /eslint-disable|@ts-ignore|@ts-nocheck|prettier-ignore|\bTODO\b(?! #\d)|\bFIXME\b/g;

const BEGIN = /^\s*BEGIN\s+(?:IMMEDIATE|EXCLUSIVE|DEFERRED|TRAN|TRANSACTION)\b/i;

/** Everything that is banned, by syntax; text in strings does not count. */
export function checkBans(source: Source): Violation[] {
  const { path, text, ast } = source;
  const bans = BANS.filter((ban) => ban.where(source) && !ban.homes?.test(path));
  const found: Violation[] = [];
  const literals: ts.Node[] = [];
  walk(ast, (node) => {
    if (isText(node)) literals.push(node);
    for (const { rule } of bans.filter((ban) => ban.matches(node))) {
      const what = (node.getText(ast).split('\n', 1)[0] ?? '').slice(0, 60);
      found.push({ rule, file: path, line: lineOf(ast, node), what });
    }
  });
  for (const match of text.matchAll(COMMENTS)) {
    const inText = literals.some(({ pos, end }) => pos <= match.index && match.index < end);
    const line = lineAt(ast, match.index);
    if (!inText) found.push({ rule: 'comment', file: path, line, what: match[0] });
  }
  return found;
}

function loadsAtOnce(node: ts.Node): boolean {
  if (!ts.isImportDeclaration(node) || !ts.isStringLiteral(node.moduleSpecifier)) return false;
  const isType = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return !isType && LATE.includes(node.moduleSpecifier.text);
}

function isText(node: ts.Node): boolean {
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateHead(node) ||
    ts.isTemplateMiddleOrTemplateTail(node) ||
    ts.isRegularExpressionLiteral(node)
  );
}

function nameOf(name: ts.PropertyName): string {
  return ts.isIdentifier(name) || ts.isStringLiteralLike(name) ? name.text : '';
}

function isAccess(node: ts.Node, object: string, member: string): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return rootName(node.expression) === object && node.name.text === member;
  }
  if (!ts.isElementAccessExpression(node)) return false;
  const { argumentExpression: key } = node;
  const named = ts.isStringLiteralLike(key) && key.text === member;
  return named && rootName(node.expression) === object;
}

function isCallOf(node: ts.Node, names: readonly string[]): boolean {
  if (!ts.isCallExpression(node)) return false;
  const { expression } = node;
  const name = ts.isPropertyAccessExpression(expression) ? expression.name : expression;
  return ts.isIdentifier(name) && names.includes(name.text);
}

function readsEnvironment(node: ts.Node): boolean {
  if (isAccess(node, 'process', 'env')) return true;
  if (ts.isImportSpecifier(node)) {
    const from = node.parent.parent.parent.moduleSpecifier;
    const isProcess = ts.isStringLiteral(from) && /^(?:node:)?process$/.test(from.text);
    return isProcess && (node.propertyName ?? node.name).text === 'env';
  }
  if (!ts.isVariableDeclaration(node) || !ts.isObjectBindingPattern(node.name)) return false;
  const taken = node.name.elements.map((each) => (each.propertyName ?? each.name).getText());
  return taken.includes('env') && node.initializer?.getText() === 'process';
}

function readsTime(node: ts.Node): boolean {
  if (isAccess(node, 'Date', 'now') || isAccess(node, 'performance', 'now')) return true;
  if (isAccess(node, 'process', 'hrtime')) return true;
  const makes = ts.isNewExpression(node) || ts.isCallExpression(node);
  if (!makes || !ts.isIdentifier(node.expression) || node.expression.text !== 'Date') return false;
  return ts.isCallExpression(node) || (node.arguments ?? []).length === 0;
}

function opensTransaction(node: ts.Node): boolean {
  if (isCallOf(node, ['transaction', 'startTransaction', 'createQueryRunner'])) return true;
  const text = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) ? node.text : '';
  return /^\s*BEGIN\b\s*;?\s*$/.test(text) || BEGIN.test(text);
}

/** SQLite's driver is loaded by its name; types and TypeORM's name for the store do not load it. */
function loadsDriver(node: ts.Node): boolean {
  if (!ts.isStringLiteralLike(node) || !/^better-sqlite3(?:-\w+)?(?:\/|$)/.test(node.text)) {
    return false;
  }
  const { parent } = node;
  if (ts.isImportDeclaration(parent)) {
    return parent.importClause?.phaseModifier !== ts.SyntaxKind.TypeKeyword;
  }
  if (ts.isExportDeclaration(parent)) return !parent.isTypeOnly;
  return ts.isCallExpression(parent) && parent.arguments[0] === node;
}

function leavesTestsOut(node: ts.Node): boolean {
  if (isCallOf(node, ['fit', 'fdescribe', 'xit', 'xtest', 'xdescribe'])) return true;
  if (!ts.isPropertyAccessExpression(node)) return false;
  if (!['describe', 'it', 'test'].includes(rootName(node))) return false;
  if (node.name.text === 'only') return true;
  // `url ? describe : describe.skip` depends on what the machine has; a call leaves out for good.
  const used = ts.isCallExpression(node.parent) || ts.isPropertyAccessExpression(node.parent);
  return node.name.text === 'skip' && used;
}
