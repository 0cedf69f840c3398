/** Contents of files by their names. */
export type Files = Readonly<Record<string, string>>;

/** What a part gets: its certificate, key and trusted authorities, or its passwords. */
export type Kind = 'tls' | 'secrets';

/** Where bootstrap keeps what everything else is made of: the authority's key and the passwords. */
export interface AuthorityStore {
  /** The file's content; undefined when there is none. */
  read(name: string): Promise<string | undefined>;
  /** Makes a file, complete or not at all. @returns false when it exists: the first writer wins */
  create(name: string, content: string): Promise<boolean>;
  /** Replaces a file, complete or not at all. */
  replace(name: string, content: string): Promise<void>;
}

/** Where parts find what is theirs: a folder each under Compose, Secrets on Kubernetes. */
export interface PartStore {
  /** What a part has; undefined when there is nothing. */
  read(part: string, kind: Kind): Promise<Files | undefined>;
  /** Gives a part these files in the place of those that it has, all at once. */
  put(part: string, kind: Kind, files: Files): Promise<void>;
}
