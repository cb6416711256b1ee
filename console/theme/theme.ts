import { type CSSVariablesResolver, createTheme, Menu, ModalRoot } from '@mantine/core'

/** Mantine in the console's own tokens: every colour that a part of Mantine shows is a `--sd-*` variable. */
export const theme = createTheme({
  fontFamily: 'var(--sd-font)',
  fontFamilyMonospace: 'var(--sd-mono)',
  fontSizes: { xs: '11px', sm: '12px', md: '13px', lg: '14px', xl: '16px' },
  radius: { xs: '4px', sm: '4px', md: '6px', lg: '8px', xl: '8px' },
  spacing: { xs: '4px', sm: '8px', md: '12px', lg: '16px', xl: '24px' },
  defaultRadius: 'md',
  respectReducedMotion: true,
  components: {
    Menu: Menu.extend({
      // In place rather than at the end of the document: it belongs to its landmark.
      defaultProps: {
        position: 'bottom-start',
        offset: 4,
        transitionProps: { duration: 120 },
        withinPortal: false,
        floatingStrategy: 'fixed',
        withInitialFocusPlaceholder: false,
      },
    }),
    ModalRoot: ModalRoot.extend({
      // The page itself never scrolls; Mantine's lock would add a style element without our nonce.
      defaultProps: { lockScroll: false, centered: true, size: 440, transitionProps: { duration: 120 } },
    }),
  },
})

// Set in both schemes, since Mantine's own stand there and would win over those of the root.
const VARIABLES = {
  '--mantine-color-body': 'var(--sd-raised)',
  '--mantine-color-text': 'var(--sd-text)',
  '--mantine-color-dimmed': 'var(--sd-text-3)',
  '--mantine-color-placeholder': 'var(--sd-text-3)',
  '--mantine-color-error': 'var(--sd-critical-text)',
  '--mantine-color-default': 'var(--sd-raised)',
  '--mantine-color-default-hover': 'var(--sd-hover)',
  '--mantine-color-default-color': 'var(--sd-text)',
  '--mantine-color-default-border': 'var(--sd-border)',
  '--mantine-color-anchor': 'var(--sd-accent)',
  '--mantine-primary-color-filled': 'var(--sd-accent)',
  '--mantine-primary-color-filled-hover': 'var(--sd-accent-hover)',
  '--mantine-shadow-md': 'var(--sd-shadow)',
  '--mantine-line-height': '20px',
}

/** Maps Mantine's own variables onto the tokens. */
export const resolveVariables: CSSVariablesResolver = () => ({ variables: {}, light: VARIABLES, dark: VARIABLES })
