import type { Component } from 'svelte';
import type { Page } from '../address.js';
import AddAccount from './AddAccount.svelte';
import Artifact from './Artifact.svelte';
import EditAccount from './EditAccount.svelte';
import Home from './Home.svelte';
import Library from './Library.svelte';
import Repositories from './Repositories.svelte';
import Settings from './Settings.svelte';
import Tags from './Tags.svelte';
import Transfers from './Transfers.svelte';

/** The component of each page; it reads the route from the router. */
export const pages: Readonly<Partial<Record<Page, Component>>> = {
  'home': Home,
  'add-account': AddAccount,
  'edit-account': EditAccount,
  'repositories': Repositories,
  'tags': Tags,
  'artifact': Artifact,
  'library': Library,
  'transfers': Transfers,
  'settings': Settings,
};
