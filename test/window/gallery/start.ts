import { mount } from 'svelte';
import { openBridge } from '../../../renderer/bridge.js';
import { openApp } from '../../../renderer/state/app.svelte.js';
import { showTheme } from '../../../renderer/theme.js';
import { fakeBridge } from '../fake-bridge.js';
import Gallery from './Gallery.svelte';
import '../../../renderer/tokens.css';
import '../../../renderer/mark.css';
import '../../../renderer/app.css';

const theme = (['light', 'dark', 'contrast'] as const).find((known) => known === new URLSearchParams(location.search).get('theme')) ?? 'light';
const target = document.getElementById('app');
if (!target) throw new Error('The page has no element for the gallery.');
showTheme(theme);
mount(Gallery, { target, props: { app: openApp(openBridge(fakeBridge({ theme }))), theme } });
