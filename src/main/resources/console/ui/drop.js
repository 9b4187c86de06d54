// A place to drop a file on, with a button for who does not drag.
import { html, useRef, useState } from '../lib.js';
import { Button } from './basic.js';

const MOST_BYTES = 1 << 20;

/**
 * onFile: ({name, bytes}) of the one file that was dropped or chosen; onRefused: (sentence).
 * What was chosen stays with nobody but onFile.
 */
export function Drop({ onFile, onRefused, label = 'Choose a file', children }) {
  const [over, setOver] = useState(false);
  const chooser = useRef(null);
  const take = async (files) => {
    const file = files[0];
    if (!file) {
      return;
    }
    if (files.length > 1 || file.size > MOST_BYTES) {
      onRefused(files.length > 1 ? 'One file at a time.' : 'This file is larger than 1 MiB: no secret may be that large.');
      return;
    }
    try {
      onFile({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) });
    } catch {
      onRefused('This file cannot be read. A folder?');
    }
  };
  const drop = (event) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  const drag = (event) => {
    if ([...event.dataTransfer.types].includes('Files')) {
      event.preventDefault();
      setOver(true);
    }
  };
  const chosen = (event) => {
    take(event.target.files);
    event.target.value = '';
  };
  return html`
    <div class=${over ? 'drop is-over' : 'drop'} onDragOver=${drag} onDragLeave=${() => setOver(false)} onDrop=${drop}>
      ${children}
      <div class="row"><${Button} icon="file" onClick=${() => chooser.current.click()}>${label}</${Button}>
        <span class="hint">or drop it here</span>
        <input type="file" hidden ref=${chooser} aria-label=${label} onChange=${chosen} /></div>
    </div>`;
}

/** The text of bytes, or null if they are no UTF-8. */
export function textOf(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** Bytes in base64 (RFC 4648, section 4). */
export function base64(bytes) {
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) {
    text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(text);
}
