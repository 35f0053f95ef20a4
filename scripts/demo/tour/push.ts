import { words } from '../../../renderer/words/en.js';
import { seePreview } from './browse.js';
import { agree, dialog, goTo, goToAccount, main, row, secondAccount, seeDone, type Scene } from './scene.js';

const say = words.dialogs;

export async function pushAll(scene: Scene): Promise<void> {
  const { stage, person, guide, cargo } = scene;
  for (const [at, { source, target, also }] of cargo.entries()) {
    await goTo(scene, 'library');
    await person.click(row(main(scene).getByRole('grid', { name: words.library.table }), `${stage.first.host}/${source}`));
    await person.click(main(scene).getByRole('button', { name: words.library.push, exact: true }));
    const plan = dialog(scene, words.push.title);
    await person.choose(plan.getByRole('combobox', { name: say.account }), secondAccount);
    await person.type(plan.getByRole('textbox', { name: say.target }), target);
    await person.type(plan.getByRole('textbox', { name: say.also }), also);
    await agree(scene, plan, words.push.button, at === 0 ? 'push-plan' : undefined);
  }
  await seeDone(scene, words.transfers.outcomes.push(secondAccount), cargo.length);
  await guide.shoot('pushed');
}

export async function seeThem(scene: Scene): Promise<void> {
  const { person, guide, cargo } = scene;
  const [repository = '', tag = ''] = cargo[0]!.target.split(':');
  await goToAccount(scene, secondAccount);
  const repositories = main(scene).getByRole('grid', { name: words.repositories.table(secondAccount) });
  await person.open(row(repositories, repository));
  const tags = main(scene).getByRole('grid', { name: words.tags.table(repository) });
  await person.click(row(tags, tag));
  await seePreview(scene, tag);
  await guide.shoot('arrived');
  await goTo(scene, 'home');
  await main(scene).getByRole('heading', { name: words.home.accounts }).waitFor();
  await guide.shoot('home');
}
