import { parseAddress } from '../../shared/address.js';
import { ProblemError } from '../../shared/errors.js';
import { described } from './accounts.js';
import { defineVerb, firstWord } from './verb.js';

export const logout = defineVerb({
  name: 'logout',
  summary: 'Remove an account and its secret',
  parameters: '<host>',
  example: 'longshore logout registry.example.com --account "team robot"',
  async run(context, words) {
    const { host } = parseAddress(firstWord(words));
    const accounts = await context.accounts();
    const account = await accounts.find(host, context.options.account);
    if (!account) {
      throw new ProblemError('account-unknown', { message: `There is no account at ${host}.`, next: '`longshore accounts` lists those there are.' });
    }
    const left = await accounts.remove(account.id);
    // Without a keychain there is no secret to be left behind.
    if (left && left.code !== 'keychain-missing') context.output.notice(`warning: ${left.message} The account is gone; its secret may still be in the keychain.`);
    context.output.result({ removed: described(account) }, () => [`Removed ${account.name}.`]);
  },
});
