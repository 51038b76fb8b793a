import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Plugin } from 'vite';

const SOURCE = 'src/serviceWorker.js';

/**
 * Emits the service worker under its fixed name `/sw.js` with the names of what it keeps for the offline shell. Its content changes with
 * the version of the shell, which is how browsers notice a new one.
 */
export function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = Object.keys(bundle).filter((name) => name.startsWith('assets/')).sort().map((name) => `/${name}`);
      const shell = ['/', '/manifest.webmanifest', '/icon.svg', ...files];
      const version = createHash('sha256').update(Object.values(bundle).map((file) => file.fileName).join()).digest('hex').slice(0, 12);
      const source = readFileSync(SOURCE, 'utf8')
        .replace('__VERSION__', JSON.stringify(version))
        .replace('__SHELL__', JSON.stringify(shell));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source });
    },
  };
}
