const nothing = '–';

export const milliseconds = (value: number | null | undefined): string => {
  if (value === null || value === undefined) return nothing;
  if (value >= 60_000) return `${(value / 60_000).toFixed(1)} min`;
  if (value >= 1_000) return `${(value / 1_000).toFixed(2)} s`;
  return `${value >= 10 ? value.toFixed(0) : value.toFixed(1)} ms`;
};

export const rate = (value: number | null | undefined): string =>
  value === null || value === undefined ? nothing : `${value >= 10 ? value.toFixed(0) : value.toFixed(1)}/s`;

export const percent = (value: number | null | undefined): string =>
  value === null || value === undefined
    ? nothing
    : `${(value * 100).toFixed(value > 0 && value < 0.1 ? 2 : 1)} %`;

export const bytes = (value: number): string => {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, value)) / 10)));
  return `${(value / 2 ** (10 * power)).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
};

export const money = (cents: number, currency: string): string =>
  new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(cents / 100);

const timeOfDay: Intl.DateTimeFormatOptions = {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
  hourCycle: 'h23',
};

/** To the millisecond, in the reader's time zone; with the date unless it is today's. */
export function time(value: string | number): string {
  const then = new Date(value);
  const isToday = then.toDateString() === new Date().toDateString();
  return isToday
    ? then.toLocaleTimeString(undefined, timeOfDay)
    : then.toLocaleString(undefined, {
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        ...timeOfDay,
      });
}

/** Of `dev.gocoffee.order.accepted.v1` what tells: `accepted`. */
export const shortType = (type: string): string => type.split('.').at(3) ?? type;
