import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'web',
  plugins: [preact()],
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    rolldownOptions: {
      output: {
        // Schemas are made in several chunks, each of which needs this one first: see web/no-eval.ts.
        codeSplitting: { groups: [{ name: 'zod', test: /node_modules\/zod\/|web\/no-eval\.ts/ }] },
      },
    },
  },
});
