import { accounts } from './accounts.js';
import { completion } from './completion.js';
import { copy } from './copy.js';
import { doctor } from './doctor.js';
import { inspect } from './inspect.js';
import { library } from './library.js';
import { load } from './load.js';
import { login } from './login.js';
import { logout } from './logout.js';
import { pull } from './pull.js';
import { push } from './push.js';
import { repos } from './repos.js';
import { save } from './save.js';
import { serve } from './serve.js';
import { tags } from './tags.js';
import { transfers } from './transfers.js';
import type { Verb } from './verb.js';

/** Every verb, in the order of the help. */
export const verbs: readonly Verb[] = [login, logout, accounts, repos, tags, inspect, pull, save, load, push, copy, transfers, library, serve, doctor, completion];
