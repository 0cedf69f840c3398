import { type AptSource, mainArchive, sourcesFile } from './apt-sources.ts';
import type { OsRelease } from './os-release.ts';

/** What installing from the distribution takes: files to write first, then packages. */
export interface InstallPlan {
  files: { path: string; content: string }[];
  packages: string[];
}

const trixie = 'trixie';
const pin = `# Made by Go Coffee's ./coffee: only what is asked for by name comes from trixie.
Package: *
Pin: release n=${trixie}
Pin-Priority: 50
`;

/**
 * Packages from trixie on Debian 12. They run on it unchanged (they need glibc 2.34), from the same mirror and under the
 * same keyring; at priority 50 nothing else comes from there.
 */
function fromTrixie(names: readonly string[], sources: readonly AptSource[]): InstallPlan | undefined {
  const plan = { files: [], packages: names.map((name) => `${name}/${trixie}`) };
  if (mainArchive(sources, trixie)) return plan;
  const archive = mainArchive(sources, 'bookworm');
  if (!archive) return undefined;
  return {
    ...plan,
    files: [
      { path: '/etc/apt/preferences.d/go-coffee-trixie', content: pin },
      { path: '/etc/apt/sources.list.d/go-coffee-trixie.sources', content: sourcesFile(archive, [trixie]) },
    ],
  };
}

/** Debian 12's own Compose is v1 and its engine 20.10. */
function bookwormPlan(sources: readonly AptSource[]): InstallPlan | undefined {
  const plan = fromTrixie(['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx'], sources);
  return plan && { ...plan, packages: [...plan.packages, 'iptables', 'ca-certificates'] };
}

/** How to install kubectl here; Debian 12's own is 1.20, Ubuntu has none. */
export function kubectlPlan(system: OsRelease, sources: readonly AptSource[]): InstallPlan | undefined {
  if (system.id !== 'debian') return undefined;
  if (system.codename === 'bookworm') return fromTrixie(['kubectl'], sources);
  if (['buster', 'bullseye'].includes(system.codename)) return undefined;
  return { files: [], packages: ['kubectl'] };
}

/** How to install Docker here, or undefined where we don't know how to. */
export function installPlan(system: OsRelease, sources: readonly AptSource[]): InstallPlan | undefined {
  const common = ['docker.io', 'docker-buildx', 'iptables', 'ca-certificates'];
  if (system.id === 'ubuntu') return { files: [], packages: [...common, 'docker-compose-v2'] };
  if (system.id !== 'debian') return undefined;
  if (system.codename === 'bookworm') return bookwormPlan(sources);
  if (['buster', 'bullseye'].includes(system.codename)) return undefined;
  return { files: [], packages: [...common, 'docker-cli', 'docker-compose'] };
}
