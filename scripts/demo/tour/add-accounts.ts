import type { Locator } from '@playwright/test';
import { words } from '../../../renderer/words/en.js';
import { firstAccount, main, secondAccount, type Scene } from './scene.js';

const say = words.addAccount;

/** On the page that a profile without accounts shows. */
const way = (scene: Scene): Locator => main(scene).getByRole('button', { name: words.firstRun.registry });

/** The registry on this computer speaks plain http, and asks nobody who he is. */
export async function addFirst(scene: Scene): Promise<void> {
  const { stage, window, person, guide } = scene;
  await way(scene).waitFor();
  await guide.shoot('first-start');
  await person.click(way(scene));
  await fill(scene, stage.first.host, firstAccount);
  await person.click(main(scene).getByLabel(say.kinds.anonymous));
  await check(scene);
  await guide.shoot('connection-checked');
  await add(scene);
  await window.page.getByRole('grid', { name: words.repositories.table(firstAccount) }).waitFor();
}

/** Its certificate is of an authority that nobody knows: its fingerprint is compared with the one that its owner tells. */
export async function addSecond(scene: Scene): Promise<void> {
  const { stage, person, guide } = scene;
  const { user, fingerprint, host } = stage.second;
  await person.click(way(scene));
  await fill(scene, `https://${host}`, secondAccount);
  await person.type(main(scene).getByLabel(say.username, { exact: true }), user!.name);
  await person.type(main(scene).getByLabel(say.password, { exact: true }), user!.password);
  await check(scene);
  await person.type(main(scene).getByRole('textbox', { name: words.trust.compare }), fingerprint!);
  await main(scene).getByText(words.trust.compareSame).waitFor();
  await guide.shoot('certificate-compared');
  await person.click(main(scene).getByRole('button', { name: words.trust.trustButton }));
  await main(scene).getByText(say.healthy).waitFor();
  await guide.shoot('signed-in');
  await add(scene);
  await main(scene).getByText(words.repositories.none(host)).waitFor();
}

async function fill(scene: Scene, address: string, name: string): Promise<void> {
  await scene.person.type(main(scene).getByRole('textbox', { name: say.address, exact: true }), address);
  await scene.person.type(main(scene).getByRole('textbox', { name: say.name, exact: true }), name);
}

async function check(scene: Scene): Promise<void> {
  await scene.person.click(main(scene).getByRole('button', { name: say.check, exact: true }));
}

async function add(scene: Scene): Promise<void> {
  await scene.person.click(main(scene).getByRole('button', { name: say.add, exact: true }));
}
