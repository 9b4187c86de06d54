import { html } from '../lib.js';

// Drawn on a grid of 24 by lines of 1.75.
const PATHS = {
  overview: 'M4 19V11M10 19V5M16 19v-6M21 19H3',
  secrets: 'M7.5 14.5a4 4 0 1 1 3.6-5.7H21v3.4h-2.4v2.6h-3.4v-2.6h-4.1a4 4 0 0 1-3.6 2.3Z',
  rotation: 'M4 11a8 8 0 0 1 14.2-4.6L20 8M20 4v4h-4M20 13a8 8 0 0 1-14.2 4.6L4 16M4 20v-4h4',
  environments: 'M12 3 4 7.5l8 4.5 8-4.5L12 3ZM4 12l8 4.5 8-4.5M4 16.5 12 21l8-4.5',
  runs: 'M6 4.5v15l13-7.5-13-7.5Z',
  events: 'M4 12h4l2.5-7 4 14 2.5-7H20',
  access: 'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM3 20a6 6 0 0 1 12 0M16 4.6a3.5 3.5 0 0 1 0 6.3M17.5 14.4A6 6 0 0 1 21 20',
  audit: 'M6 3h9l4 4v14H6V3ZM14 3v5h5M9 13h6M9 17h4',
  operator: 'M12 3 4.5 6v6c0 4.4 3.1 7.6 7.5 9 4.4-1.4 7.5-4.6 7.5-9V6L12 3ZM9 12l2.2 2.2L15.5 10',
  menu: 'M4 7h16M4 12h16M4 17h16',
  close: 'M6 6l12 12M18 6 6 18',
  search: 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.5 15.5 20 20',
  plus: 'M12 5v14M5 12h14',
  copy: 'M9 9h11v11H9V9ZM15 9V4H4v11h5',
  check: 'M5 12.5 10 17 19 7',
  warning: 'M12 4 2.5 20h19L12 4ZM12 10v4.5M12 17.2v.3',
  info: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5M12 7.8v.3',
  trash: 'M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5.5M13.5 11v5.5',
  external: 'M14 4h6v6M20 4l-9 9M18 14v6H4V6h6',
  sun: 'M12 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 2.5v2M12 19.5v2M4.5 4.5 6 6M18 18l1.5 1.5'
    + 'M2.5 12h2M19.5 12h2M4.5 19.5 6 18M18 6l1.5-1.5',
  moon: 'M20 14.5A8.5 8.5 0 0 1 9.5 4a8.5 8.5 0 1 0 10.5 10.5Z',
  leave: 'M14 4H5v16h9M10 12h11M17.5 8.5 21 12l-3.5 3.5',
  more: 'M12 5.5v.1M12 12v.1M12 18.5v.1',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM12 14.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6Z',
  filter: 'M4 5h16l-6.2 7.6V19l-3.6-2v-4.4L4 5Z',
  arrow: 'M4 12h15M13.5 6.5 19 12l-5.5 5.5',
  down: 'm6 9 6 6 6-6',
  right: 'm9 6 6 6-6 6',
  play: 'M7 5v14l11-7L7 5Z',
  edit: 'M4 20h4L19.5 8.5a2.8 2.8 0 0 0-4-4L4 16v4ZM14 6l4 4',
  file: 'M6 3h9l4 4v14H6V3ZM14 3v5h5',
  link: 'M10 14a4 4 0 0 0 6 .4l3-3a4 4 0 0 0-5.7-5.7L12 7M14 10a4 4 0 0 0-6-.4l-3 3a4 4 0 0 0 5.7 5.7L12 17',
};

/** A picture beside words that say the same; alone it needs a label on what it stands in. */
export const Icon = ({ name }) => html`
  <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round"
       stroke-linejoin="round" aria-hidden="true" focusable="false"><path d=${PATHS[name]} /></svg>`;
