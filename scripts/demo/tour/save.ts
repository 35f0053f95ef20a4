import { basename } from 'node:path';
import { words } from '../../../renderer/words/en.js';
import { agree, dialog, goTo, main, seeDone, type Scene } from './scene.js';

export async function saveAll(scene: Scene): Promise<void> {
  const { person, guide, cargo, archive } = scene;
  await goTo(scene, 'library');
  const boxes = main(scene).getByRole('grid', { name: words.library.table }).getByRole('checkbox');
  await boxes.nth(cargo.length - 1).waitFor();
  for (const box of await boxes.all()) await person.click(box);
  await guide.shoot('library');
  await person.click(main(scene).getByRole('button', { name: words.library.save, exact: true }));
  const plan = dialog(scene, words.save.title(cargo.length));
  await person.type(plan.getByRole('textbox', { name: words.save.file, exact: true }), archive);
  await agree(scene, plan, words.save.button, 'save-plan');
  await seeDone(scene, words.transfers.outcomes.save(basename(archive)), 1);
  await guide.shoot('saved');
}
