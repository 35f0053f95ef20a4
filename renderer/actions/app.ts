import Archive from '@lucide/svelte/icons/archive';
import ArrowLeft from '@lucide/svelte/icons/arrow-left';
import ArrowRight from '@lucide/svelte/icons/arrow-right';
import ArrowUpDown from '@lucide/svelte/icons/arrow-up-down';
import FileText from '@lucide/svelte/icons/file';
import House from '@lucide/svelte/icons/house';
import Keyboard from '@lucide/svelte/icons/keyboard';
import Moon from '@lucide/svelte/icons/moon';
import Plus from '@lucide/svelte/icons/plus';
import Search from '@lucide/svelte/icons/search';
import Settings from '@lucide/svelte/icons/settings-2';
import Sun from '@lucide/svelte/icons/sun';
import Contrast from '@lucide/svelte/icons/contrast';
import Monitor from '@lucide/svelte/icons/monitor';
import type { Action } from '../state/actions.svelte.js';
import type { App } from '../state/app.svelte.js';
import { words } from '../words/en.js';
import { everyAccountActions } from './accounts.js';
import { nextRegion } from './regions.js';
import { everyTransferActions } from './transfers.js';

const say = words.actions;

/** What can be done everywhere. */
export function appActions(app: App): readonly Action[] {
  return [...going(app), ...switching(app), ...everyTransferActions(app), ...ofWindow(app)];
}

function going(app: App): readonly Action[] {
  const { router } = app;
  const mac = app.platform === 'darwin';
  return [
    { id: 'go.home', title: say.home, group: 'go', icon: House, run: () => app.go({ page: 'home' }) },
    { id: 'go.transfers', title: say.transfers, group: 'go', icon: ArrowUpDown, shortcut: 'Mod+J', run: () => app.go({ page: 'transfers' }) },
    { id: 'go.library', title: say.library, group: 'go', icon: Archive, shortcut: 'Mod+B', run: () => app.go({ page: 'library' }) },
    { id: 'go.settings', title: say.settings, group: 'go', icon: Settings, shortcut: 'Mod+,', run: () => app.go({ page: 'settings' }) },
    { id: 'go.back', title: say.back, group: 'go', icon: ArrowLeft, shortcut: mac ? 'Mod+[' : 'Alt+ArrowLeft', when: () => router.canGoBack, run: () => router.back() },
    { id: 'go.forward', title: say.forward, group: 'go', icon: ArrowRight, shortcut: mac ? 'Mod+]' : 'Alt+ArrowRight', when: () => router.canGoForward, run: () => router.forward() },
    { id: 'archive.open', title: say.openArchive, group: 'open', icon: FileText, shortcut: 'Mod+O', run: () => app.chooseArchive() },
  ];
}

function switching(app: App): readonly Action[] {
  return [
    { id: 'account.add', title: say.addAccount, group: 'account', icon: Plus, shortcut: 'Mod+N', run: () => app.go({ page: 'add-account' }) },
    ...everyAccountActions(app),
  ];
}

function ofWindow(app: App): readonly Action[] {
  const theme = (theme: 'light' | 'dark' | 'contrast' | 'system') => () => app.attempt(() => app.settings.change({ theme }));
  return [
    { id: 'window.palette', title: say.palette, group: 'window', icon: Search, shortcut: 'Mod+K', run: () => (app.overlay = 'palette') },
    { id: 'window.address', title: say.address, group: 'window', icon: Search, shortcut: 'Mod+L', run: () => (app.overlay = 'address') },
    { id: 'window.shortcuts', title: say.shortcuts, group: 'window', icon: Keyboard, shortcut: '?', run: () => (app.overlay = 'shortcuts') },
    { id: 'window.region', title: say.nextRegion, group: 'window', icon: Keyboard, shortcut: 'F6', run: nextRegion },
    { id: 'window.theme.light', title: say.themeLight, group: 'window', icon: Sun, run: theme('light') },
    { id: 'window.theme.dark', title: say.themeDark, group: 'window', icon: Moon, run: theme('dark') },
    { id: 'window.theme.contrast', title: say.themeContrast, group: 'window', icon: Contrast, run: theme('contrast') },
    { id: 'window.theme.system', title: say.themeSystem, group: 'window', icon: Monitor, run: theme('system') },
    { id: 'window.diagnostics', title: say.diagnostics, group: 'window', icon: FileText, run: () => exportDiagnostics(app) },
  ];
}

function exportDiagnostics(app: App): Promise<void> {
  return app.attempt(async () => {
    const path = await app.bridge.request('app.exportDiagnostics', {});
    if (path !== undefined) app.toasts.show(say.diagnosticsSaved);
  });
}
