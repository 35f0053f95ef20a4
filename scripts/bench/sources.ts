import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { startDockerRegistry, type DockerRegistry } from '../local/docker-registry.js';
import { runCommand } from '../local/run-command.js';
import { benchImage, type BenchImage } from './image.js';
import { describeImage, recipeOf, type ImageName } from './images.js';
import type { Tool, ToolName } from './tools.js';

export interface SourcesOptions {
  /** Where images are kept from run to run. */
  readonly cache: string;
  /** For this run alone. */
  readonly folder: string;
  readonly mebibytes: number;
  readonly tools: Readonly<Record<ToolName, Tool>>;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** What is read from: each image, registry, library and archive is made when a row first needs it. */
export class Sources {
  /** A profile whose library has the images that were asked for in it. */
  readonly filledHome: string;
  readonly #options: SourcesOptions;
  readonly #made = new Map<string, Promise<unknown>>();
  readonly #registries: DockerRegistry[] = [];

  constructor(options: SourcesOptions) {
    this.#options = options;
    this.filledHome = join(options.folder, 'filled');
  }

  image(name: ImageName): Promise<BenchImage> {
    return this.#once(`image ${name}`, () => {
      const { cache, mebibytes, say, signal } = this.#options;
      const recipe = recipeOf(name, mebibytes);
      say(`  An image: ${describeImage(recipe)} ...`);
      return benchImage(cache, recipe, signal);
    });
  }

  /** The registry that has the images; both ways of speaking to it lead to the same storage. */
  registry(tls = false): Promise<DockerRegistry> {
    return this.#once(`registry ${tls}`, async () => {
      const { folder } = this.#options;
      const own = join(folder, tls ? 'registry-tls' : 'registry');
      if (tls) {
        await Promise.all([this.registry(), mkdir(own)]);
        await symlink(join(folder, 'registry', 'storage'), join(own, 'storage'));
      }
      const registry = await startDockerRegistry({ folder: own, tls });
      this.#registries.push(registry);
      return registry;
    });
  }

  /** @returns `REPOSITORY:TAG` in the registry */
  stored(name: ImageName): Promise<string> {
    return this.#once(`stored ${name}`, async () => {
      const [image, { host }] = await Promise.all([this.image(name), this.registry()]);
      const reference = `bench/${name.toLowerCase()}:1`;
      await runCommand('skopeo', ['copy', '--quiet', '--dest-tls-verify=false', `oci:${image.layout}:1`, `docker://${host}/${reference}`]);
      return reference;
    });
  }

  /** @returns its name in the library of `filledHome` */
  inLibrary(name: ImageName): Promise<string> {
    return this.#once(`library ${name}`, async () => {
      const reference = `${(await this.registry()).host}/${await this.stored(name)}`;
      await this.#longshore('pull', reference, '--quiet');
      return reference;
    });
  }

  archive(name: ImageName): Promise<string> {
    return this.#once(`archive ${name}`, async () => {
      const file = join(this.#options.folder, `${name}.tar`);
      await this.#longshore('save', `${(await this.registry()).host}/${await this.stored(name)}`, '-o', file, '--quiet');
      return file;
    });
  }

  /** As `docker save` writes it: layers are not compressed. */
  dockerArchive(name: ImageName): Promise<string> {
    return this.#once(`docker-archive ${name}`, async () => {
      const file = join(this.#options.folder, `${name}-docker.tar`);
      const reference = await this.stored(name);
      await runCommand('skopeo', ['copy', '--quiet', '--src-tls-verify=false', `docker://${(await this.registry()).host}/${reference}`, `docker-archive:${file}:${reference}`]);
      return file;
    });
  }

  /** The storage of a registry in which a repository has an image already. */
  storageWith(name: ImageName, repository: string): Promise<string> {
    return this.#once(`storage ${name} ${repository}`, async () => {
      const folder = join(this.#options.folder, `with-${name}`);
      const [image, registry] = [await this.image(name), await startDockerRegistry({ folder })];
      try {
        await runCommand('skopeo', ['copy', '--quiet', '--dest-tls-verify=false', `oci:${image.layout}:1`, `docker://${registry.host}/${repository}:before`]);
      } finally {
        await registry.stop();
      }
      return join(folder, 'storage');
    });
  }

  async stop(): Promise<void> {
    for (const registry of this.#registries) await registry.stop();
  }

  #longshore(...words: readonly string[]): Promise<string> {
    const [program = '', ...first] = this.#options.tools.longshore.command;
    return runCommand(program, [...first, ...words], { env: { ...process.env, LONGSHORE_HOME: this.filledHome }, signal: this.#options.signal });
  }

  #once<T>(key: string, make: () => Promise<T>): Promise<T> {
    const made = (this.#made.get(key) as Promise<T> | undefined) ?? make();
    this.#made.set(key, made);
    return made;
  }
}
