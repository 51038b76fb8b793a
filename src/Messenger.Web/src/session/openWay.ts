/** Addresses that belong to a device only when the network itself encrypts the way to it: cjdns (fc00::/8) and Yggdrasil (200::/7). */
const MESH = /^\[(fc[0-9a-f]{2}|0?[23][0-9a-f]{2}):/i;
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/i;

/** Whether others on the way can read a page that was fetched from there. */
export const isOpenWay = (protocol: string, hostname: string): boolean => protocol === 'http:' && !LOOPBACK.test(hostname) && !MESH.test(hostname);
