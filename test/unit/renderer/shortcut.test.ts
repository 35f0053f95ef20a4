import { describe, expect, it } from 'vitest';
import { formatShortcut, isBare, isEditing, isShortcut } from '../../../renderer/shortcut.js';

const keys = (key: string, held: Partial<Record<'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey', boolean>> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held });

describe('a shortcut', () => {
  it('with Mod is Control, and Command on a Mac', () => {
    expect(isShortcut(keys('k', { ctrlKey: true }), 'Mod+K', 'linux')).toBe(true);
    expect(isShortcut(keys('k', { metaKey: true }), 'Mod+K', 'linux')).toBe(false);
    expect(isShortcut(keys('k', { metaKey: true }), 'Mod+K', 'darwin')).toBe(true);
    expect(isShortcut(keys('k', { ctrlKey: true }), 'Mod+K', 'darwin')).toBe(false);
  });

  it('wants just the keys that it names', () => {
    expect(isShortcut(keys('c', { ctrlKey: true }), 'Mod+Shift+C', 'linux')).toBe(false);
    expect(isShortcut(keys('C', { ctrlKey: true, shiftKey: true }), 'Mod+Shift+C', 'linux')).toBe(true);
    expect(isShortcut(keys('C', { ctrlKey: true, shiftKey: true }), 'Mod+C', 'linux')).toBe(false);
    expect(isShortcut(keys('ArrowLeft', { altKey: true }), 'Alt+ArrowLeft', 'linux')).toBe(true);
    expect(isShortcut(keys('ArrowLeft'), 'Alt+ArrowLeft', 'linux')).toBe(false);
    expect(isShortcut(keys('k', { ctrlKey: true, metaKey: true }), 'Mod+K', 'linux')).toBe(false);
  });

  it('of a sign does not care whether the layout needs Shift for it', () => {
    expect(isShortcut(keys('?', { shiftKey: true }), '?', 'linux')).toBe(true);
    expect(isShortcut(keys('?'), '?', 'linux')).toBe(true);
  });

  it('is written as the system writes it', () => {
    expect(formatShortcut('Mod+Shift+C', 'linux')).toBe('Ctrl Shift C');
    expect(formatShortcut('Mod+Shift+C', 'darwin')).toBe('⌘⇧C');
    expect(formatShortcut('Alt+ArrowLeft', 'win32')).toBe('Alt Left');
  });

  it('without Mod or Alt is bare, but for the keys that nobody types with', () => {
    expect(['?', 'Delete', 'Shift+D'].map(isBare)).toEqual([true, true, true]);
    expect(['Mod+K', 'Alt+ArrowLeft', 'F6'].map(isBare)).toEqual([false, false, false]);
  });

  it('that copies or pastes belongs to text, where there is any', () => {
    expect(['Mod+C', 'Mod+V', 'Mod+A'].map(isEditing)).toEqual([true, true, true]);
    expect(['Mod+Shift+C', 'Mod+S', 'Mod+K'].map(isEditing)).toEqual([false, false, false]);
  });
});
