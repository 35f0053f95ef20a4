import type { AccountRow, CheckStepRow, ShownCertificate } from '../../shared/contract/accounts.js';
import type { EventName, Events, Numbered, RequestInput, RequestName, Reply, Snapshot, WindowSettings } from '../../shared/contract/contract.js';
import { ProblemError } from '../../shared/errors.js';
import type { Api } from '../../renderer/bridge.js';
import { accountRows, artifactOf, libraryRows, repositoryRows, tagRows, transferRows } from './fake/seeds.js';
import { archiveAt, FakeMoves } from './fake/moves.js';
import { FakeViews } from './fake/views.js';

/** What a page is given instead of a main process: the same contract, answered from seeded data. */
export interface FakeBridge extends Api {
  /** Tells the page something, as main would. */
  emit<Name extends EventName>(name: Name, event: Events[Name]): void;
  /** Leaves a gap in the numbers of events, as a page that was asleep would find. */
  skip(): void;
  /** All requests so far, in order. */
  readonly asked: { readonly name: RequestName; readonly input: unknown }[];
}

interface Options {
  /** `empty`: the first run. */
  readonly data?: 'seeded' | 'empty';
  readonly theme?: WindowSettings['theme'];
  readonly address?: string;
  readonly keychain?: Snapshot['keychain'];
}

type Answer = { [Name in RequestName]?: (input: RequestInput<Name>) => unknown };

export function fakeBridge({ data = 'seeded', theme = 'light', address = 'home', keychain = 'available' }: Options = {}): FakeBridge {
  const listeners = new Set<(event: Numbered) => void>();
  const asked: FakeBridge['asked'] = [];
  let sequence = 7;
  let accounts: readonly AccountRow[] = data === 'seeded' ? accountRows : [];
  let settings: WindowSettings = { theme, pullTool: 'docker', shell: 'sh', address };
  let library = data === 'seeded' ? libraryRows : [];
  let serving: Snapshot['serving'] = { push: false };

  const emit = <Name extends EventName>(name: Name, event: Events[Name]): void => {
    sequence += 1;
    for (const listener of listeners) listener({ sequence, name, event });
  };
  const setAccounts = (rows: readonly AccountRow[]): void => {
    accounts = rows;
    emit('accounts.changed', { accounts });
  };

  const views = new FakeViews(
    {
      repositories: ({ account }) => repositoryRows(account),
      tags: ({ repository }) => tagRows(repository),
      library: () => library,
    },
    (state) => emit('view.changed', state),
  );
  const moves = new FakeMoves(data === 'seeded' ? transferRows : [], (state) => emit('transfer.changed', state));

  const answers: Answer = {
    'app.snapshot': (): Snapshot => ({ sequence, version: '0.1.0', electron: '33.2.1', edition: '-electron33', platform: 'linux', accounts, transfers: moves.rows, settings, serving, keychain, notices: [] }),
    'app.copyText': () => undefined,
    'app.reveal': () => undefined,
    'app.chooseFile': ({ purpose, suggested }) => (purpose === 'certificate' ? '/etc/ssl/example-authority.pem' : `/home/somebody/${suggested ?? 'wso2am-4.5.0.tar'}`),
    'app.exportDiagnostics': () => '/home/somebody/longshore-diagnostics.txt',
    'settings.change': (change) => {
      settings = { ...settings, ...change };
      return settings;
    },
    'accounts.check': async ({ check, draft }) => {
      const steps = stepsOf(draft.host, draft.pinned !== undefined || draft.certificates.length > 0 || draft.plainHttp, draft.username);
      for (const step of steps) {
        await pause();
        emit('accounts.step', { check, step });
      }
      const untrusted = steps.some(({ name, state }) => name === 'certificate' && state === 'failed');
      return { steps, healthy: steps.every(({ state }) => state !== 'failed'), ...(untrusted && { untrusted: certificate(draft.host) }) };
    },
    'accounts.add': ({ draft }) => {
      if (accounts.some(({ name }) => name === (draft.name ?? draft.host))) throw new ProblemError('usage-invalid', { message: `An account is called ${draft.name ?? draft.host} already.`, next: 'Give this one another name.' });
      const account: AccountRow = { ...draft, id: crypto.randomUUID(), name: draft.name ?? draft.host, created: new Date().toISOString(), expiry: draft.expires ? 'valid' : 'unknown' };
      setAccounts([...accounts, account]);
      return { account };
    },
    'accounts.change': ({ account: id, draft }) => {
      const before = accounts.find((row) => row.id === id);
      const account: AccountRow = { ...draft, id, name: draft.name ?? draft.host, created: before?.created ?? new Date().toISOString(), expiry: draft.expires ? 'valid' : 'unknown' };
      setAccounts(accounts.map((row) => (row.id === id ? account : row)));
      return { account };
    },
    'accounts.remove': ({ account }) => {
      setAccounts(accounts.filter(({ id }) => id !== account));
      return {};
    },
    'accounts.readCertificate': () => ({ certificates: ['-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'] }),
    'repositories.pin': () => undefined,
    'view.open': ({ scope, filter, sort }) => views.open(scope, filter, sort),
    'view.change': ({ id, filter, sort }) => views.change(id, filter, sort),
    'view.rows': ({ id, from, count }) => views.rows(id, from, count),
    'view.refresh': ({ id }) => views.refresh(id),
    'view.close': ({ id }) => views.close(id),
    'artifact.inspect': ({ account, repository, reference }) => artifactOf(accounts.find(({ id }) => id === account)?.host ?? '', repository, reference),
    'library.remove': ({ names }) => {
      library = library.filter(({ name }) => !names.includes(name));
      views.changed('library');
      return { bytes: 474_000_000 };
    },
    'library.verify': () => ({ checked: 41, bytes: 3_100_000_000, damaged: [], missing: [] }),
    'library.prune': () => ({ blobs: 3, bytes: 81_000_000 }),
    'library.serve': ({ on, push }) => {
      serving = on ? { url: 'http://localhost:5050', push } : { push: false };
      emit('library.serving', serving);
      return serving;
    },
    'archive.open': ({ path }) => archiveAt(path),
    'transfer.plan': (request) => moves.plan(request),
    'transfer.start': ({ plan }) => moves.start(plan),
    'transfer.pause': ({ transfer }) => moves.pause(transfer),
    'transfer.cancel': ({ transfer }) => moves.cancel(transfer),
    'transfer.retry': ({ transfer }) => moves.retry(transfer),
    'transfer.forget': ({ transfer }) => {
      moves.forget(transfer);
      emit('transfer.forgotten', { transfer });
    },
  };

  return {
    asked,
    emit,
    skip: () => {
      sequence += 1;
    },
    request: async (name, input) => {
      asked.push({ name, input });
      await pause();
      try {
        const answer = answers[name] as ((input: unknown) => unknown) | undefined;
        if (!answer) throw new ProblemError('not-supported', { message: `${name} is not answered here.`, next: 'Run the window in Electron.' });
        return { ok: true, value: await answer(input) } as Awaited<ReturnType<Api['request']>> as never;
      } catch (error) {
        if (error instanceof ProblemError) return { ok: false, problem: error.problem } satisfies Reply<never>;
        throw error;
      }
    },
    listen: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    pathOfFile: (file) => `/home/somebody/${file.name}`,
  };
}

/** Answers come later, as they do from another process. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** A host with `unknown-ca` in it has a certificate that nobody knows, one with `missing` no address. */
function stepsOf(host: string, trusted: boolean, user: string | undefined): readonly CheckStepRow[] {
  if (host.includes('missing')) return [{ name: 'name', state: 'failed', message: `${host} was not found.`, next: 'Look at the spelling, or ask whether a VPN is needed.' }];
  const named: CheckStepRow = { name: 'name', state: 'ok', message: `${host} is 10.20.4.17.` };
  if (host.includes('unknown-ca') && !trusted) {
    return [
      named,
      { name: 'certificate', state: 'failed', message: 'The certificate is signed by an authority that this computer does not know.', next: 'Compare the fingerprint, or give the file of the authority.' },
      { name: 'registry', state: 'skipped', message: 'Nothing was sent.' },
    ];
  }
  return [
    named,
    { name: 'certificate', state: 'ok', message: `Shows the certificate of CN=${host}, valid to 2027-03-02.` },
    { name: 'registry', state: 'ok', message: 'Speaks the OCI distribution protocol; signs in by bearer.' },
    user === undefined ? { name: 'sign-in', state: 'skipped', message: 'No account: everything is asked anonymously.' } : { name: 'sign-in', state: 'ok', message: 'The credentials were taken (bearer).' },
    { name: 'repositories', state: 'ok', message: 'Lists its repositories, astroml/trainer first.' },
  ];
}

const certificate = (host: string): ShownCertificate => ({
  subject: `CN=${host}, O=Example Bench, C=LK`,
  issuer: 'CN=Example Bench Issuing CA 2, O=Example Bench, C=LK',
  validFrom: '2026-03-02T00:00:00.000Z',
  validTo: new Date(Date.now() + 101.5 * 86_400_000).toISOString(),
  fingerprint: '3A:9E:51:C7:08:D2:6B:F4:11:7C:E0:95:4D:A8:23:BF:60:1E:D9:72:C4:3B:88:5A:07:F1:6D:2C:9B:E4:40:1D',
  names: [host.replace(/:\d+$/, ''), 'registry.bench.example.org'],
});
