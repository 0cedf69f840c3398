/** The little of the compiler's JavaScript API that is used here: it comes without types. */
declare module 'solc' {
  const solc: {
    compile(
      input: string,
      callbacks: { import(path: string): { contents: string } | { error: string } },
    ): string;
  };
  export default solc;
}
