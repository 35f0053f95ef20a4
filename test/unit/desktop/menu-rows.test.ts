import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { menus } from '../../../main/desktop/menu-rows.js';

const rows = (['mac', 'other'] as const).flatMap((platform) => menus(platform, false).flatMap((menu) => menu.rows));
const actions = readdirSync('renderer/actions').map((file) => readFileSync(join('renderer/actions', file), 'utf8')).join('\n');

describe('the menu', () => {
  it.each([...new Set(rows.flatMap((row) => (typeof row === 'object' && 'action' in row ? [row.action] : [])))])('names the action %s as the page does', (action) => {
    expect(actions).toContain(`id: '${action}'`);
  });

  it('offers neither a reload nor the inspector, except to those who develop it', () => {
    const roles = rows.flatMap((row) => (typeof row === 'object' && 'role' in row ? [row.role] : []));
    expect(roles).not.toContain('toggleDevTools');
    expect(roles).not.toContain('reload');
    expect(JSON.stringify(menus('other', true))).toContain('toggleDevTools');
  });
});
