// So that the producer, on 8080, has 9229, Node's own default.
const after = 1149;

/** Where the debugger of a service listens, by the port of its API; so .vscode/launch.json can name it. */
export const inspectorPort = (port: number): number => port + after;
