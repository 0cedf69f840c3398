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

export const time = (text: string | number): string =>
  new Date(text).toLocaleTimeString(undefined, {
    hour12: false,
    fractionalSecondDigits: 3,
  } as Intl.DateTimeFormatOptions);

/** Of `dev.gocoffee.order.accepted.v1` what tells: `accepted`. */
export const shortType = (type: string): string => type.split('.').at(3) ?? type;
