// Requests that leave for modules: where they may go.
import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';

type Fetch = (url: string | URL, options?: RequestInit) => Promise<Response>;

/** Addresses that are nobody's on the public Internet (RFC 6890): private, local, shared, reserved, or tunnels to such. */
const nobodys = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  nobodys.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 32],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['5f00::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  nobodys.addSubnet(network, prefix, 'ipv6');

/** Whether an address is outside the public Internet. */
export function isNobodys(address: string): boolean {
  return nobodys.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/**
 * The `fetch` of oidc-provider: to hosts the settings list, as they are; to others over https and only when every
 * address of theirs is public. Nothing follows a redirection. oidc-provider sets the time allowed, and an agent that
 * closes a connection to a private address should a name change between the look and the call.
 */
export function outgoingFetch(listed: readonly string[]): Fetch {
  return async (address, options = {}) => {
    const url = new URL(address);
    const { dispatcher, ...plain } = options as RequestInit & { dispatcher?: unknown };
    if (!isListed(url, listed)) {
      if (url.protocol !== 'https:' || dispatcher === undefined) throw new TypeError(`${url.host} may not be called`);
      const found = await lookup(url.hostname.replace(/^\[|\]$/g, ''), { all: true });
      if (found.some((one) => isNobodys(one.address))) throw new TypeError(`${url.host} may not be called`);
      Object.assign(plain, { dispatcher });
    }
    const response = await fetch(url, { ...plain, redirect: 'error' });
    if (plain.method === 'POST') await response.body?.cancel(); // only its status is of interest
    return response;
  };
}

function isListed(url: URL, listed: readonly string[]): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return listed.includes(url.hostname) || listed.includes(`${url.hostname}:${port}`);
}
