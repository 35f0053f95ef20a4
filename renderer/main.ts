import { mount } from 'svelte';
import App from './App.svelte';
import { openBridge } from './bridge.js';
import { openApp } from './state/app.svelte.js';
import { showTheme } from './theme.js';
import './tokens.css';
import './mark.css';
import './app.css';

const target = document.getElementById('app');
if (!target) throw new Error('The page has no element for the application.');
showTheme('system');
mount(App, { target, props: { app: openApp(openBridge(window.longshore)) } });
