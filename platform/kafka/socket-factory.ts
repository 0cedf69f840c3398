import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { ISocketFactory } from 'kafkajs';

// As kafkajs' own.
const keepAliveMs = 60_000;

const connectToBroker: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  // Read anew for each connection: certificates change.
  const secure = (): Socket =>
    connectSecurely({ host, port, ...(isIP(host) ? {} : { servername: host }), ...ssl }, onConnect);
  const socket: Socket = ssl ? secure() : connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveMs);
};

/**
 * Makes kafkajs' connections. While a broker is away kafkajs disconnects the same closed socket again and again, and each
 * `unref` of a socket without a handle leaves a listener for a connection that never comes: Node calls that a leak after
 * the tenth, rightly.
 *
 * @param make makes a socket, for tests that come between; by default to the broker's address.
 */
export const socketFactory =
  (make: ISocketFactory = connectToBroker): ISocketFactory =>
  (args) => {
    const socket = make(args);
    socket.once('close', () => {
      socket.unref = () => socket;
    });
    return socket;
  };
