// What the pure modules import names the page's address at load; nothing is ever asked there.
Object.assign(globalThis, { location: { origin: 'http://localhost', hash: '', pathname: '/' } });
