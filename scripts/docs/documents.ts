import { z } from 'zod';
import { problemSchema, schemas } from '../../main/commands/schemas.js';
import { commandsPage } from './commands-page.js';
import { exitCodesPage } from './exit-codes-page.js';

/** Every generated page: its path from the project's folder, and its text. */
export function documents(): Map<string, string> {
  return new Map([
    ['docs/commands.md', commandsPage()],
    ['docs/exit-codes.md', exitCodesPage()],
    ...Object.entries(schemas).map(([verb, schema]) => [schemaPath(verb), schemaText(`longshore ${verb} --json`, schema)] as const),
    [schemaPath('problem'), schemaText('What a verb prints with --json when it failed', problemSchema)],
  ]);
}

const schemaPath = (name: string): string => `docs/json/${name.replace(' ', '-')}.schema.json`;

function schemaText(title: string, schema: z.ZodType): string {
  return `${JSON.stringify({ title, ...z.toJSONSchema(schema) }, undefined, 2)}\n`;
}
