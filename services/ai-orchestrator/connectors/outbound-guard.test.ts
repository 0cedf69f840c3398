import { describe, expect, it } from 'vitest';
import { ForbiddenAddressError, OutboundGuard } from './outbound-guard.ts';

const guard = new OutboundGuard(['partner.internal', '127.0.0.1:8080']);
const call = (address: string) => () => guard.requireCallable(new URL(address));
const connect = (address: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const url = new URL(address);
    guard.lookupFor(url)(url.hostname, {}, (error, found) =>
      error ? reject(error) : resolve(String(found)),
    );
  });

// Guard: server-side request forgery.
describe('an address that somebody else chose', () => {
  it.each([
    'https://127.0.0.1/',
    'https://10.1.2.3/',
    'https://172.20.0.1/',
    'https://192.168.1.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://100.64.0.1/',
    'https://0.0.0.0/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[64:ff9b::a00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    // Other ways to write 127.0.0.1, which URLs make the same.
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'http://93.184.215.14/',
    'ftp://93.184.215.14/',
    'file:///etc/passwd',
    'https://user:secret@93.184.215.14/',
    `https://${'a'.repeat(64)}.example/`,
    `https://${'a.'.repeat(130)}example/`,
  ])('is refused: %s', (address) => {
    expect(call(address)).toThrow(ForbiddenAddressError);
  });

  it('is refused when it is a name of something that is not on the Internet', async () => {
    await expect(connect('https://localhost/')).rejects.toThrow(ForbiddenAddressError);
  });

  it.each([
    'https://93.184.215.14/hook',
    'https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/',
    'https://example.org/',
  ])('may be on the Internet: %s', (address) => {
    expect(call(address)).not.toThrow();
  });

  it('may be what an operator allows, by host or by host and port', async () => {
    expect(call('http://partner.internal:9000/x')).not.toThrow();
    expect(call('http://127.0.0.1:8080/')).not.toThrow();
    expect(call('http://127.0.0.1:8081/')).toThrow(ForbiddenAddressError);
    expect(await connect('http://127.0.0.1:8080/')).toBe('127.0.0.1');
  });
});
