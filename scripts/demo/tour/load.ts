import { words } from '../../../renderer/words/en.js';
import { agree, dialog, goTo, main, seeDone, type Scene } from './scene.js';

/** Into a library that is empty: what comes is in the archive, or nowhere. */
export async function loadDropped(scene: Scene): Promise<void> {
  const { window, person, guide, cargo, archive } = scene;
  await goTo(scene, 'library');
  await main(scene).getByText(words.library.none).waitFor();
  await guide.shoot('empty-library');
  await window.drop(archive);
  const plan = dialog(scene, words.load.title);
  await plan.getByRole('checkbox').nth(cargo.length - 1).waitFor();
  await person.look();
  await agree(scene, plan, words.load.button, 'dropped');
  await seeDone(scene, words.transfers.outcomes.load, 1);
  await guide.shoot('loaded');
}
