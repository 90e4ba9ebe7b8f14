/** Writes docs/configuration.md from the schemas of all settings. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { loadEnvSchema } from './configuration/load-env-schema.ts';
import { writeConfiguration } from './configuration/write-configuration.ts';

const target = resolve(import.meta.dirname, '../docs/configuration.md');
writeFileSync(target, writeConfiguration(await loadEnvSchema()));
