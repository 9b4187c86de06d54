// Light or dark: as the system says, until it is chosen here; then until the page is left. Nothing is stored.
let chosen = '';

export const isDark = () =>
  chosen ? chosen === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;

export function switchTheme() {
  chosen = isDark() ? 'light' : 'dark';
  document.documentElement.dataset.theme = chosen;
  document.dispatchEvent(new Event('themechange'));
}
