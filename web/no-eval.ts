import { config } from 'zod';

/*
 * zod tries `new Function` when a schema is made, to parse faster. The page's policy forbids it, and would report it.
 * Imported before every schema.
 */
config({ jitless: true });
