import { existsSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';

/** `%s`, `$name` and `${…}`: filled in from the rows of a table. */
const filled = /%[sdifjoO#]|\$[\w.]+|\0/g;

/**
 * Does a file hold a test of this title (`a group > a test`)? Told from the sources: of a table's rows, whose titles come
 * about when it runs, every word must stand in the file or in what it imports of the tests.
 */
export function hasTest(file: string, title: string): boolean {
  if (!existsSync(file)) return false;
  const known = patterns.get(file) ?? patternsOf(file, readFileSync(file, 'utf8'));
  patterns.set(file, known);
  return known.some((pattern) => {
    const match = pattern.exec(title);
    return match !== null && match.slice(1).flatMap(wordsOf).every((word) => textOf(file).includes(word));
  });
}

/** Numbers, and words that are long, may have been made by the test: `2 ** 53`, `'a'.repeat(64)`. */
const wordsOf = (value: string): string[] => value.split(/[^\w./%-]+/).filter((word) => !/^\d*$/.test(word) && word.length < 30);

const patterns = new Map<string, readonly RegExp[]>();

/** The titles as the source has them: what a table fills in is open. */
function patternsOf(file: string, source: string): RegExp[] {
  const found: RegExp[] = [];
  const visit = (node: ts.Node, groups: readonly string[]): void => {
    const title = ts.isCallExpression(node) ? titleOf(node.arguments[0]) : undefined;
    const verb = ts.isCallExpression(node) ? verbOf(node.expression) : undefined;
    if (title === undefined || verb === undefined) return ts.forEachChild(node, (child) => visit(child, groups));
    if (verb === 'describe') return ts.forEachChild(node, (child) => visit(child, [...groups, title]));
    found.push(patternOf([...groups, title].join(' > ')));
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true), []);
  return found;
}

/** `it`, `test.each(…)`, `test.skipIf(…).for(…)`: what all of these come down to. */
function verbOf(callee: ts.Expression): 'describe' | 'test' | undefined {
  if (ts.isCallExpression(callee) || ts.isPropertyAccessExpression(callee)) return verbOf(callee.expression);
  if (!ts.isIdentifier(callee)) return undefined;
  return callee.text === 'describe' ? 'describe' : callee.text === 'it' || callee.text === 'test' ? 'test' : undefined;
}

function titleOf(argument: ts.Expression | undefined): string | undefined {
  if (!argument) return undefined;
  if (ts.isStringLiteralLike(argument)) return argument.text;
  return ts.isTemplateExpression(argument) ? argument.head.text + argument.templateSpans.map(({ literal }) => `\0${literal.text}`).join('') : undefined;
}

function patternOf(title: string): RegExp {
  const fixed = title.split(filled).map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  return new RegExp(`^${fixed.join('(.+)')}$`, 's');
}

const texts = new Map<string, string>();

/** The text of a file and of the tests' own files that it imports. */
function textOf(file: string, seen = new Set<string>()): string {
  const known = seen.size === 0 ? texts.get(file) : undefined;
  if (known !== undefined) return known;
  seen.add(file);
  const source = readFileSync(file, 'utf8');
  const imported = [...source.matchAll(/from '(\.[^']*)\.js'/g)].map(([, path = '']) => `${posix.join(posix.dirname(file), path)}.ts`);
  const text = [source, ...imported.filter((path) => path.startsWith('test/') && !seen.has(path)).map((path) => textOf(path, seen))].join('\n');
  if (seen.values().next().value === file) texts.set(file, text);
  return text;
}
