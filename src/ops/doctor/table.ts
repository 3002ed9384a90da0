import type { Finding, Verdict } from './finding';

const WORDS: Readonly<Record<Verdict, string>> = {
  ok: 'ok',
  warn: 'warning',
  fail: 'FAILED',
  skip: 'not checked',
};
const HEAD = ['check', 'result', 'found', 'what to do'];

/** The findings as a table for a terminal, with one line that says what they come to. */
export function tableOf(findings: readonly Finding[]): string {
  const rows = findings.map(({ check, verdict, found, advice }) => [
    check,
    WORDS[verdict],
    found,
    advice,
  ]);
  const widths = HEAD.map((head, i) =>
    Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const rule = widths.map((width) => '-'.repeat(width));
  const lines = [HEAD, rule, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return `${lines.join('\n')}\n\n${summary(findings)}\n`;
}

/** 0: nothing failed; 1: something did. */
export function exitCodeOf(findings: readonly Finding[]): 0 | 1 {
  return findings.some(({ verdict }) => verdict === 'fail') ? 1 : 0;
}

function summary(findings: readonly Finding[]): string {
  const count = (verdict: Verdict): number =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const counts = `${count('fail')} failed, ${count('warn')} warnings, ${count('ok')} ok`;
  return `${exitCodeOf(findings) === 0 ? 'Fit' : 'NOT FIT'} to take money: ${counts}.`;
}
