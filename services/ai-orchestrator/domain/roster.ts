import highs from 'highs';

export interface Person {
  readonly id: string;
  readonly maxHours: number;
  /** Hours of the day, UTC; `until` is the first one off. */
  readonly from: number;
  readonly until: number;
}

export interface Shift {
  readonly staffId: string;
  readonly from: number;
  readonly until: number;
}

export interface Roster {
  readonly shifts: Shift[];
  /** Hours of work that nobody is there for. */
  readonly uncovered: number;
}

const shortestShift = 3;
// An hour that nobody covers is worse than any number of hours that somebody is paid for.
const priceOfGap = 100;

// Node gives its default export, its types the module around it.
const solver = (highs as unknown as typeof highs.default)();

interface Choice extends Shift {
  readonly name: string;
}

/** Every shift that somebody could work. */
const choicesOf = (staff: readonly Person[]): Choice[] =>
  staff.flatMap(({ id, maxHours, from, until }, index) => {
    const choices: Choice[] = [];
    for (let start = from; start + shortestShift <= until; start += 1)
      for (let hours = shortestShift; hours <= Math.min(maxHours, until - start); hours += 1)
        choices.push({ name: `x${index}_${start}_${hours}`, staffId: id, from: start, until: start + hours });
    return choices;
  });

/**
 * Who works when: as few hours as cover the need, each person one shift within what they can do. Solved exactly, as a
 * mixed integer program.
 *
 * @param need people needed in each hour of the day.
 */
export async function planRoster(staff: readonly Person[], need: readonly number[]): Promise<Roster> {
  const choices = choicesOf(staff);
  const hours = need.flatMap((people, hour) => (people > 0 ? [hour] : []));
  if (hours.length === 0) return { shifts: [], uncovered: 0 };
  if (choices.length === 0) return { shifts: [], uncovered: need.reduce((sum, people) => sum + people, 0) };
  const cost = choices.map(({ name, from, until }) => `${until - from} ${name}`);
  const gaps = hours.map((hour) => `${priceOfGap} gap${hour}`);
  const covering = hours.map((hour) => {
    const there = choices.filter(({ from, until }) => from <= hour && hour < until).map(({ name }) => name);
    return ` hour${hour}: ${[...there, `gap${hour}`].join(' + ')} >= ${need[hour]}`;
  });
  const once = staff.flatMap(({ id }, index) => {
    const own = choices.filter(({ staffId }) => staffId === id).map(({ name }) => name);
    return own.length > 0 ? [` person${index}: ${own.join(' + ')} <= 1`] : [];
  });
  // https://lpsolve.sourceforge.net/5.5/CPLEX-format.htm
  const program = [
    'Minimize',
    ` cost: ${[...cost, ...gaps].join(' + ')}`,
    'Subject To',
    ...covering,
    ...once,
    'Binary',
    ` ${choices.map(({ name }) => name).join(' ')}`,
    'End',
  ].join('\n');
  const solution = (await solver).solve(program, { time_limit: 10, output_flag: false });
  if (solution.Status !== 'Optimal') throw new Error(`the roster was not solved: ${solution.Status}`);
  const primalOf = (name: string): number => {
    const column = solution.Columns[name];
    return column && 'Primal' in column ? column.Primal : 0;
  };
  const shifts = choices
    .filter(({ name }) => primalOf(name) > 0.5)
    .map(({ staffId, from, until }) => ({ staffId, from, until }));
  return { shifts, uncovered: hours.reduce((sum, hour) => sum + Math.round(primalOf(`gap${hour}`)), 0) };
}
