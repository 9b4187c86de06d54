// Long answers into a file: piece by piece where the browser lets one choose the file, else when all is there.
import { stream } from '../api.js';

/**
 * Asks for a path of the API and keeps the answer as a file.
 *
 * name     of the file, as it is proposed
 * onBytes  told how many bytes have come so far
 * Gives the number of bytes, or undefined if no file was chosen.
 */
export async function download({ path, query, name, type, signal, onBytes }) {
  const chosen = await file(name);
  if (chosen === null) {
    return undefined;
  }
  const response = await stream(path, query, signal);
  let bytes = 0;
  const counted = response.body.pipeThrough(new TransformStream({
    transform(piece, to) {
      bytes += piece.byteLength;
      onBytes(bytes);
      to.enqueue(piece);
    },
  }));
  if (chosen) {
    await counted.pipeTo(await chosen.createWritable());
  } else {
    offer(await new Response(counted, { headers: { 'Content-Type': type } }).blob(), name);
  }
  return bytes;
}

/** The file that was chosen; null if none was, undefined where the browser cannot ask. */
async function file(name) {
  if (!globalThis.showSaveFilePicker) {
    return undefined;
  }
  try {
    return await globalThis.showSaveFilePicker({ suggestedName: name });
  } catch (given) {
    if (given.name === 'AbortError') {
      return null;
    }
    return undefined;
  }
}

function offer(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
