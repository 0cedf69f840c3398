import {
  type CSSVariablesResolver,
  createTheme,
  defaultVariantColorsResolver,
  type MantineColorsTuple,
} from '@mantine/core';

/** From milk to espresso. The ones that text is written in are 6 : 1 on white (7) and on black (3). */
const coffee: MantineColorsTuple = [
  '#fbf3ea',
  '#f1e3d3',
  '#e2c6a7',
  '#d3a778',
  '#c68d50',
  '#be7c36',
  '#a86a2b',
  '#8f5820',
  '#744616',
  '#5a350e',
];

/**
 * Contrast of 4.5 : 1 everywhere (WCAG 2.2, 1.4.3): text on a colour is black or white, whichever is further away; they are
 * equally far from a luminance of 0.179.
 */
export const theme = createTheme({
  colors: { coffee },
  primaryColor: 'coffee',
  primaryShade: { light: 7, dark: 3 },
  autoContrast: true,
  luminanceThreshold: 0.179,
  // Which of both differs between the light and the dark primary colour; Mantine decides it for the light one alone.
  variantColorResolver: (input) => {
    const colors = defaultVariantColorsResolver(input);
    const isPrimary = input.variant === 'filled' && input.color === input.theme.primaryColor;
    return isPrimary ? { ...colors, color: 'var(--mantine-primary-color-contrast)' } : colors;
  },
  respectReducedMotion: true,
  fontFamily: 'system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, monospace',
  defaultRadius: 'sm',
});

/** Mantine's own grey for what is less important, its red and its green are too light on white. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-red-outline': colors.red[9],
    '--mantine-color-green-outline': colors.green[9],
    '--mantine-color-error': colors.red[9],
  },
  dark: { '--mantine-color-dimmed': colors.dark[1], '--mantine-color-placeholder': colors.dark[1] },
});
