import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { locateProfile } from '../../main/accounts/profile.js';
import { openLibrary } from '../../main/library/library.js';
import { makeDemoImages, type DemoImage } from '../images/demo-images.js';
import { startInBackground } from '../local/background.js';
import { startDockerRegistry } from '../local/docker-registry.js';
import { openRunFolder, removeRunFolder } from './run-folder.js';
import { openScreen } from './screen.js';
import { openWindow, type DemoWindow } from './window.js';

export interface RegistryOnStage {
  /** `host:port`. */
  readonly host: string;
  readonly url: string;
  /** What its certificate is signed by, PEM. */
  readonly authority?: { readonly file: string; readonly pem: string };
  /** The SHA-256 of its certificate, as its owner would tell it. */
  readonly fingerprint?: string;
  readonly user?: { readonly name: string; readonly password: string };
}

/** Everything that the demo plays on. */
export interface Stage {
  /** `longshore serve` over a library with the demo images. */
  readonly first: RegistryOnStage;
  /** docker-registry with TLS and htpasswd, empty. */
  readonly second: RegistryOnStage;
  readonly images: readonly DemoImage[];
  /** Somebody may be looking at the windows. */
  readonly seen: boolean;
  /** Opens the window on an empty profile: as on a computer of its own. */
  openWindow(name: string): Promise<DemoWindow>;
  /** Closes the windows, takes what they kept out of the keychain, and ends the rest. */
  close(): Promise<void>;
}

export interface StageOptions {
  /** The demo images stay here, so that they are made once. */
  readonly cache: string;
  readonly largeBytes: number | undefined;
  /** The command line's entry. */
  readonly program: string;
  /** Closes the windows at once. */
  readonly signal: AbortSignal;
}

export async function openStage({ cache, largeBytes, program, signal }: StageOptions): Promise<Stage> {
  const servedHome = join(cache, 'served');
  await mkdir(servedHome, { recursive: true });
  const folder = await openRunFolder(cache, program);
  const closing: (() => Promise<void>)[] = [() => removeRunFolder(folder, program)];
  /** Every step is taken, whatever becomes of the one before. */
  const close = async (): Promise<void> => {
    const problems: unknown[] = [];
    for (const step of closing.splice(0).toReversed()) await step().catch((error: unknown) => problems.push(error));
    if (problems.length > 0) throw new AggregateError(problems, problems.map(String).join('\n'));
  };
  try {
    const library = await openLibrary(locateProfile({ LONGSHORE_HOME: servedHome }).libraryFolder);
    const images = await makeDemoImages(library, { signal, ...(largeBytes !== undefined && { largeBytes }) });

    const embedded = await startInBackground(process.execPath, [program, 'serve', '--push', '--port', '0', '--json', '--quiet'], {
      ready: /"url":"(http:\/\/([^"]+))"/,
      outputFile: join(folder, 'served.log'),
      errorFile: join(folder, 'served-errors.log'),
      env: { ...process.env, LONGSHORE_HOME: servedHome },
    });
    closing.push(embedded.stop);

    signal.throwIfAborted();
    const user = { name: 'demo', password: randomBytes(12).toString('base64url') };
    const second = await startDockerRegistry({ folder: join(folder, 'second'), tls: true, user });
    closing.push(second.stop);

    signal.throwIfAborted();
    const screen = await openScreen(process.env);
    closing.push(screen.close);

    const windows: DemoWindow[] = [];
    closing.push(async () => void (await Promise.all(windows.map((window) => window.close()))));
    return {
      first: { url: embedded.ready[1]!, host: embedded.ready[2]! },
      second: { url: second.url, host: second.host, user, fingerprint: second.fingerprint!, authority: { file: second.authority!, pem: await readFile(second.authority!, 'utf8') } },
      images,
      seen: screen.seen,
      async openWindow(name) {
        signal.throwIfAborted();
        const home = join(folder, name);
        await mkdir(home);
        const window = await openWindow({ home, env: screen.env });
        signal.addEventListener('abort', () => void window.close());
        windows.push(window);
        return window;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
