import { words } from '../../../renderer/words/en.js';
import { firstAccount, goToAccount, main, row, type Scene } from './scene.js';

/** Repositories, filtered; the tags of one of them with a preview. */
export async function browse(scene: Scene): Promise<void> {
  const { person, guide } = scene;
  const { repository, tag } = looked(scene);
  await goToAccount(scene, firstAccount);
  const repositories = main(scene).getByRole('grid', { name: words.repositories.table(firstAccount) });
  await row(repositories, repository).waitFor();
  await guide.shoot('repositories');
  await person.open(row(repositories, repository));
  const tags = main(scene).getByRole('grid', { name: words.tags.table(repository) });
  await person.click(row(tags, tag));
  await seePreview(scene, tag);
  await guide.shoot('tags');
}

export async function openArtifact(scene: Scene): Promise<void> {
  const { person, guide } = scene;
  const { repository, tag } = looked(scene);
  const say = words.artifact;
  await person.open(row(main(scene).getByRole('grid', { name: words.tags.table(repository) }), tag));
  await main(scene).getByRole('heading', { name: `${repository.split('/').at(-1)}:${tag}` }).waitFor();
  await main(scene).getByText(say.byDigest).waitFor();
  await guide.shoot('artifact');
  for (const tab of [say.tabs.layers, say.tabs.dockerfile]) {
    await person.click(main(scene).getByRole('tab', { name: new RegExp(`^${tab}`) }));
    await main(scene).getByRole('tabpanel', { name: new RegExp(`^${tab}`) }).waitFor();
    await guide.shoot(tab.toLowerCase());
  }
}

/** All that is known of a tag stands beside the list, and the list itself knows all of its tags. */
export async function seePreview(scene: Scene, tag: string): Promise<void> {
  await main(scene).getByRole('complementary', { name: words.tags.previewOf(tag) }).getByText(words.tags.layers, { exact: true }).waitFor();
  await main(scene).getByText(words.tags.unknown).first().waitFor({ state: 'hidden' });
}

/** The image that is looked at before it is carried. */
function looked({ cargo }: Scene): { repository: string; tag: string } {
  const [repository = '', tag = ''] = cargo[0]!.source.split(':');
  return { repository, tag };
}
