import { connect, type Socket } from 'node:net';

/** Opens a connection to a server of this machine. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('connect', resolve);
  socket.once('error', reject);
  await promise;
  socket.off('error', reject);
  return socket;
}

/** Everything that comes until the server closes the connection. */
export async function readAll(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  for await (const chunk of socket) text += chunk;
  return text;
}

/** Sends bytes as they are, for requests that no HTTP client makes. @returns the whole answer. */
export async function rawRequest(port: number, text: string): Promise<string> {
  const socket = await open(port);
  socket.write(text);
  return readAll(socket);
}

/** Resolves with the first text that has `pattern` in it. */
export async function readUntil(socket: Socket, pattern: string): Promise<string> {
  let text = '';
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const onData = (chunk: Buffer): void => {
    text += chunk.toString('utf8');
    if (text.includes(pattern)) resolve(text);
  };
  socket.on('data', onData);
  socket.once('close', () => reject(new Error(`closed before "${pattern}": ${text}`)));
  try {
    return await promise;
  } finally {
    socket.off('data', onData);
  }
}
