// A code that is held up to be read fills enough of a picture of this size; larger ones only take longer.
const MAX_SIDE = 1_280;

// A picture that was picked is looked at once, and may take its time.
const PICTURE_MS = 2_000;

/** What a QR code in the picture says; null when none can be read. What reads it is loaded when it is first needed. */
export async function readQr(picture: HTMLVideoElement | ImageBitmap): Promise<string | null> {
  const { decodeQR } = await import('qr/decode.js');
  const isVideo = picture instanceof HTMLVideoElement;
  const width = isVideo ? picture.videoWidth : picture.width;
  const height = isVideo ? picture.videoHeight : picture.height;
  const scale = Math.min(1, MAX_SIDE / Math.max(width, height, 1));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const pen = canvas.getContext('2d', { willReadFrequently: true })!;
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  try {
    return decodeQR(pen.getImageData(0, 0, canvas.width, canvas.height), isVideo ? {} : { timeLimit: PICTURE_MS });
  } catch {
    // The reader throws when it finds nothing, which is what most pictures of a camera hold.
    return null;
  }
}
