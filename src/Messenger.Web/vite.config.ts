import { defineConfig } from 'vitest/config';
import { early } from './build/early.ts';
import { precompress } from './build/precompress.ts';
import { serviceWorker } from './build/serviceWorker.ts';

export default defineConfig({
  base: '/',
  build: {
    reportCompressedSize: false,
    outDir: process.env['WEB_OUTPUT'] ?? '../../artifacts/web',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  worker: { format: 'es' },
  plugins: [early(), serviceWorker(), precompress()],
  test: { setupFiles: ['build/testSetup.ts'] },
  server: { proxy: { '/api': 'http://127.0.0.1:7451' } },
});
