#!/usr/bin/env node
import { runCommandLine } from './commands/run.js';

// What stdout cannot take is told of in its place (Output.delivered). Of stderr nobody could be told.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
process.exitCode = await runCommandLine(process.argv);
