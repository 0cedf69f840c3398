import { type CSSVariablesResolver, createTheme } from '@mantine/core';

/**
 * Contrast of 4.5 : 1 everywhere (WCAG 2.2, 1.4.3): text on a colour is black or white, whichever is further away; they are
 * equally far from a luminance of 0.179.
 */
export const theme = createTheme({
  primaryColor: 'orange',
  primaryShade: { light: 9, dark: 5 },
  autoContrast: true,
  luminanceThreshold: 0.179,
  respectReducedMotion: true,
  fontFamily: 'system-ui, sans-serif',
  fontFamilyMonospace: 'ui-monospace, monospace',
  defaultRadius: 'sm',
});

/** Mantine's own grey for what is less important is too light on white. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: { '--mantine-color-dimmed': colors.gray[7], '--mantine-color-placeholder': colors.gray[7] },
  dark: { '--mantine-color-dimmed': colors.dark[1], '--mantine-color-placeholder': colors.dark[1] },
});
