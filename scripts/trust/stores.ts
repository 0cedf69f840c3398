/** The name that people find it by in a list of authorities. */
export const authorityNickname = 'Go Coffee local authority';

export interface Place {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Whether a path of this machine is there. */
  readonly exists: (path: string) => boolean;
  /** Folders with a store of the browsers (NSS): Firefox has one a profile, Chromium one a user. */
  readonly nssFolders: readonly string[];
}

/** A store of trusted authorities, with the commands that change it. Commands with `root` need its rights. */
export interface TrustStore {
  readonly name: string;
  readonly root: boolean;
  readonly add: readonly (readonly string[])[];
  readonly remove: readonly (readonly string[])[];
}

/** Linux distributions: the folder that their tool reads, and that tool after adding and removing. The first that is there. */
const linuxStores = [
  // Without --fresh a link to the removed file stays.
  ['/usr/local/share/ca-certificates', ['update-ca-certificates'], ['update-ca-certificates', '--fresh']],
  ['/etc/pki/ca-trust/source/anchors', ['update-ca-trust'], ['update-ca-trust']],
  ['/etc/ca-certificates/trust-source/anchors', ['update-ca-trust'], ['update-ca-trust']],
] as const;

function systemStore(file: string, { platform, exists }: Place): TrustStore | undefined {
  if (platform === 'darwin') {
    const keychain = '/Library/Keychains/System.keychain';
    return {
      name: 'the System keychain',
      root: true,
      add: [['security', 'add-trusted-cert', '-d', '-r', 'trustRoot', '-k', keychain, file]],
      remove: [['security', 'delete-certificate', '-c', authorityNickname, keychain]],
    };
  }
  const found = linuxStores.find(([folder]) => exists(folder));
  if (platform !== 'linux' || !found) return undefined;
  const [folder, afterAdding, afterRemoving] = found;
  const path = `${folder}/go-coffee.crt`;
  return {
    name: `the system's store (${folder})`,
    root: true,
    add: [['install', '-m', '0644', file, path], afterAdding],
    remove: [['rm', '-f', path], afterRemoving],
  };
}

const nssStore = (folder: string, file: string): TrustStore => ({
  name: `the browser's store ${folder}`,
  root: false,
  // C: trusted to sign certificates of servers, and of nothing else.
  add: [['certutil', '-A', '-d', `sql:${folder}`, '-n', authorityNickname, '-t', 'C,,', '-i', file]],
  remove: [['certutil', '-D', '-d', `sql:${folder}`, '-n', authorityNickname]],
});

/**
 * The stores of this machine in which an authority can be trusted.
 *
 * @param file the authority's certificate (PEM).
 */
export function trustStores(file: string, place: Place): TrustStore[] {
  const system = systemStore(file, place);
  return [...(system ? [system] : []), ...place.nssFolders.map((folder) => nssStore(folder, file))];
}
