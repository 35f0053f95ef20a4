import { words } from '../../../renderer/words/en.js';
import { agree, dialog, main, seeDone, type Scene } from './scene.js';

/** The image that is looked at, and others whose references are typed into the address bar. */
export async function pullAll(scene: Scene): Promise<void> {
  const { stage, window, person, guide, cargo } = scene;
  const { page } = window;
  for (const [at, { source }] of cargo.entries()) {
    if (at > 0) {
      await person.click(page.getByRole('button', { name: words.address.edit }));
      await person.type(page.getByRole('textbox', { name: words.address.label }), `${stage.first.host}/${source}`);
      await page.keyboard.press('Enter');
      await main(scene).getByRole('heading', { name: source.split('/').at(-1)! }).waitFor();
    }
    await person.click(main(scene).getByRole('button', { name: words.tags.pull, exact: true }));
    await agree(scene, dialog(scene, words.pull.title(1)), words.pull.button, at === 0 ? 'pull-plan' : undefined);
  }
  await seeDone(scene, words.transfers.outcomes.pull, cargo.length);
  await guide.shoot('pulled');
}
