/** Number of single-character insertions, deletions and replacements between two words (Levenshtein 1966). */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [row, letter] of [...left].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...right].entries()) {
      const replace = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(replace, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous.at(-1) ?? 0;
}

/** The known name that a mistyped one most likely meant, or undefined when none is near. */
export function suggest(typed: string, known: readonly string[]): string | undefined {
  const byPrefix = known.find((name) => typed.length > 1 && name.startsWith(typed));
  if (byPrefix) return byPrefix;
  const ranked = known
    .map((name) => ({ name, distance: editDistance(typed, name) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= (best.name.length < 4 ? 1 : 2) ? best.name : undefined;
}
