import { posix } from 'node:path';
import ts from 'typescript';

/** What a room may import besides itself, shared/ and packages. An arrow only ever points down. */
const formats = ['main/image', 'main/disk'];
const stores = [...formats, 'main/stores'];
export const rooms: Readonly<Record<string, readonly string[]>> = {
  shared: [],
  'main/image': [],
  'main/disk': [],
  'main/stores': formats,
  'main/registry': stores,
  'main/library': stores,
  'main/archive': stores,
  'main/copy': stores,
  'main/browse': [...stores, 'main/registry', 'main/copy'],
  'main/accounts': [...stores, 'main/registry'],
  'main/serve': [...stores, 'main/library'],
  'main/transfers': [...stores, 'main/registry', 'main/library', 'main/archive', 'main/copy', 'main/accounts'],
  'main/inventory': ['main/disk'],
  'main/workers.ts': [],
  'main/application': [...stores, 'main/registry', 'main/library', 'main/archive', 'main/copy', 'main/browse', 'main/accounts', 'main/serve', 'main/transfers', 'main/inventory', 'main/workers.ts'],
  'main/commands': [...stores, 'main/registry', 'main/library', 'main/archive', 'main/copy', 'main/browse', 'main/accounts', 'main/serve', 'main/transfers', 'main/workers.ts'],
  'main/desktop': ['main/application', 'main/accounts', 'main/disk', 'main/commands'],
  // the window's page: what crosses to it is in shared/contract/
  renderer: [],
  // the entry points
  main: ['main/commands', 'main/desktop', 'main/accounts', 'main/workers.ts'],
};

const maxLines = 300;
/** The only files that may know Electron. */
const electronFiles = /^main\/(?:desktop\/|main\.ts$|preload\.ts$)/;
/** shared/ also runs in a page: of packages it has the schemas, of globals what every JavaScript has. */
const sharedPackages: readonly string[] = ['zod'];
/** The page is built into one bundle, so that its packages need no installing. It has no way to Node. */
const pagePackages: readonly string[] = ['svelte', 'bits-ui', 'virtua', '@lucide/svelte'];
const nodeGlobals: readonly string[] = ['Buffer', 'process', 'global', 'require', 'module', '__dirname', '__filename', 'setImmediate', 'clearImmediate'];

export interface Import {
  readonly from: string;
  /** Loaded together with the importing file: not a type, which the compiler erases, nor `import()`, which waits to be called. */
  readonly atLoad: boolean;
}

interface Source {
  readonly path: string;
  readonly imports: readonly Import[];
  readonly globals: readonly string[];
  readonly lines: number;
  readonly hasDefaultExport: boolean;
}

const script = /<script[^>]*>(.*?)<\/script>/gs;

/** Static, dynamic and type imports, `export … from` and `require`; of a component, those of its scripts. */
export function readSource(path: string, text: string): Source {
  const lines = text.trimEnd().split('\n').length;
  if (!path.endsWith('.svelte')) return { ...readScript(path, text), lines };
  return { ...readScript(path, [...text.matchAll(script)].map(([, code]) => code).join('\n')), lines };
}

function readScript(path: string, text: string): Omit<Source, 'lines'> {
  const imports: Import[] = [];
  const globals = new Set<string>();
  let hasDefaultExport = false;
  const add = (specifier: ts.Node | undefined, atLoad: boolean): void => {
    if (specifier && ts.isStringLiteralLike(specifier)) imports.push({ from: specifier.text, atLoad });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, !isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, !node.isTypeOnly);
    else if (ts.isImportTypeNode(node)) add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, false);
    else if (ts.isExternalModuleReference(node)) add(node.expression, true);
    else if (ts.isCallExpression(node) && isLoader(node.expression)) add(node.arguments[0], node.expression.kind !== ts.SyntaxKind.ImportKeyword);
    else if (ts.isIdentifier(node) && isUse(node) && nodeGlobals.includes(node.text)) globals.add(node.text);
    if (ts.isExportAssignment(node) || node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isCaseOrDefaultClause(node.parent)) hasDefaultExport = true;
    if (ts.isExportSpecifier(node) && node.name.text === 'default') hasDefaultExport = true;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  return { path, imports, globals: [...globals], hasDefaultExport };
}

function isTypeOnly(clause: ts.ImportClause | undefined): boolean {
  if (!clause) return false;
  const named = clause.namedBindings;
  const onlyTypes = !clause.name && named !== undefined && ts.isNamedImports(named) && named.elements.length > 0 && named.elements.every((element) => element.isTypeOnly);
  return clause.phaseModifier === ts.SyntaxKind.TypeKeyword || onlyTypes;
}

const isLoader = (callee: ts.Expression): boolean =>
  callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require');

/** A name that is looked up, as against the name of a property or member. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isModuleDeclaration(parent)) return false;
  return !((ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodDeclaration(parent) || ts.isMethodSignature(parent) || ts.isPropertyDeclaration(parent)) && parent.name === node);
}

export function roomOf(path: string): string {
  if (path in rooms) return path;
  const [top = '', second = ''] = path.split('/');
  return top === 'main' && second.includes('/') === false && !second.endsWith('.ts') ? `${top}/${second}` : top;
}

/** The file that a relative import means; sources write `.js` for what is `.ts` on disk. */
const resolve = (path: string, from: string): string => posix.join(posix.dirname(path), from).replace(/\.js$/, '.ts');

const packageOf = (from: string): string => from.split('/').slice(0, from.startsWith('@') ? 2 : 1).join('/');

/** Everything in the sources that breaks a rule, as sentences that say what to do instead. */
export function violations(texts: ReadonlyMap<string, string>, declared: readonly string[]): string[] {
  const sources = [...texts].map(([path, text]) => readSource(path, text));
  return [...sources.flatMap((source) => ofFile(source, declared)), ...cycles(sources)];
}

function ofFile({ path, imports, globals, lines, hasDefaultExport }: Source, declared: readonly string[]): string[] {
  const found: string[] = [];
  const room = roomOf(path);
  if (!(room in rooms)) found.push(`${path}: the room ${room} is not in the table of test/dependency-rule.ts`);
  if (lines > maxLines) found.push(`${path} has ${lines} lines: split it, ${maxLines} is the most`);
  if (hasDefaultExport) found.push(`${path} has a default export: name what it exports`);
  if (room === 'shared' || room === 'renderer') found.push(...globals.map((name) => `${path} uses ${name}, which only Node has`));
  for (const { from } of imports) {
    const why = from.startsWith('.') ? wrongArrow(room, resolve(path, from)) : wrongPackage(path, room, from, declared);
    if (why) found.push(`${path} imports ${from}: ${why}`);
  }
  return found;
}

function wrongArrow(room: string, file: string): string | undefined {
  if (file === 'package.json') return undefined; // name and version, no code
  const target = roomOf(file);
  if (target === room || target === 'shared' || rooms[room]?.includes(target)) return undefined;
  return `${room} may not know ${target}`;
}

function wrongPackage(path: string, room: string, from: string, declared: readonly string[]): string | undefined {
  const name = packageOf(from);
  if (room === 'shared' && !sharedPackages.includes(name)) return `shared/ has only ${sharedPackages.join(', ')}`;
  if (room === 'renderer' && !pagePackages.includes(name)) return `the page has only ${pagePackages.join(', ')}`;
  if (room === 'renderer') return undefined;
  if (name === 'electron') return electronFiles.test(path) ? undefined : 'only main/desktop, main/main.ts and main/preload.ts may know Electron';
  if (from.startsWith('node:') || declared.includes(name)) return undefined;
  return ts.sys.fileExists(`node_modules/@types/node/${name}.d.ts`) ? `write node:${from}` : 'it is not in the dependencies of package.json';
}

/** Circles of files that load one another. */
function cycles(sources: readonly Source[]): string[] {
  const edges = new Map(sources.map(({ path, imports }) => [
    path,
    imports.filter(({ from, atLoad }) => from.startsWith('.') && atLoad).map(({ from }) => resolve(path, from)),
  ]));
  const finished = new Set<string>();
  const found: string[] = [];
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push(`these files import one another in a circle: ${[...trail.slice(at), path].join(' -> ')}`);
    if (at >= 0 || finished.has(path)) return;
    for (const next of edges.get(path) ?? []) walk(next, [...trail, path]);
    finished.add(path);
  };
  for (const path of edges.keys()) walk(path, []);
  return found;
}
