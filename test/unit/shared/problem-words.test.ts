import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { verbs } from '../../../main/commands/verbs.js';

/** What only a command line understands: a verb of ours, an option, a variable, a key that ends it. */
const ofCommandLine = new RegExp(String.raw`\blongshore (?:${verbs.map(({ name }) => name).join('|')})\b|(?<![\w-])--[a-z]{2,}|LONGSHORE_[A-Z]+|Ctrl-C`);

/** Where the words are right: what the file says is never shown at the window, or is said about other programs. */
const elsewhere: Readonly<Record<string, string>> = {
  'main/accounts/credentials.ts': 'the window reads no sign-in from the environment',
  'main/accounts/connect.ts': 'only a command names several hosts at once',
  'main/accounts/profile.ts': 'the name of a variable',
  'main/desktop/command-line.ts': 'the words of the command line itself',
  'main/serve/router.ts': 'what programs are told that push to the served library',
  'main/workers.ts': 'switches of Electron',
  'shared/pull-command.ts': 'commands of other programs, to be copied',
};

interface Said {
  readonly file: string;
  readonly line: number;
  readonly text: string;
  /** The property that it is the value of, or part of. */
  readonly properties: readonly string[];
}

/** All texts of a source, as TypeScript reads it; of a component, those of its scripts. */
function textsOf(file: string): readonly Said[] {
  const whole = readFileSync(file, 'utf8');
  const code = file.endsWith('.svelte') ? [...whole.matchAll(/<script[^>]*>(.*?)<\/script>/gs)].map(([, script]) => script).join('\n') : whole;
  const source = ts.createSourceFile(file, code, ts.ScriptTarget.Latest, true);
  const said: Said[] = [];
  const visit = (node: ts.Node, properties: readonly string[]): void => {
    const within = (ts.isPropertyAssignment(node) || ts.isVariableDeclaration(node)) && ts.isIdentifier(node.name) ? [...properties, node.name.text] : properties;
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) said.push({ file, line: source.getLineAndCharacterOfPosition(node.pos).line + 1, text: node.text, properties: within });
    if (ts.isTemplateExpression(node)) said.push({ file, line: source.getLineAndCharacterOfPosition(node.pos).line + 1, text: [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('…'), properties: within });
    ts.forEachChild(node, (child) => visit(child, within));
  };
  visit(source, []);
  return said;
}

const filesOf = (folder: string): string[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)).filter((file) => /\.(?:ts|svelte)$/.test(file));
const files = ['main', 'shared', 'renderer'].flatMap(filesOf).filter((file) => !file.startsWith('main/commands/'));
const all = files.flatMap(textsOf);
const typed = all.filter(({ text }) => ofCommandLine.test(text));
const isForCommandLine = ({ properties }: Said): boolean => properties.some((name) => /^command/.test(name));

describe('what a problem says', () => {
  it('is found where it is written', () => {
    expect(all.length).toBeGreaterThan(2000);
    expect(typed.filter(isForCommandLine).map(({ file }) => file)).toEqual(expect.arrayContaining(['main/library/blob.ts', 'main/registry/answers.ts', 'main/registry/realm.ts', 'main/copy/plan-copy.ts']));
  });

  it('has no verb, no option and no variable of the command line in it but in its words for the command line', () => {
    const strays = typed.filter((said) => !isForCommandLine(said) && elsewhere[said.file] === undefined);
    expect(strays.map(({ file, line, text }) => `${file}:${line}: ${text}`)).toEqual([]);
  });

  it('has no exception that nothing needs any more', () => {
    const needed = new Set(typed.filter((said) => !isForCommandLine(said)).map(({ file }) => file));
    expect(Object.keys(elsewhere).filter((file) => !needed.has(file))).toEqual([]);
  });

  it('is not shown by the window in the words of the command line', () => {
    const shown = filesOf('renderer').filter((file) => /(?:problem|Problem|notice)\??\.command\b/.test(readFileSync(file, 'utf8')));
    expect(shown).toEqual([]);
  });
});
