import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { act } from '../ui/act';
import { Icon } from '../ui/Icon';
import { readQr } from './qrReader';

const LOOK_EVERY_MS = 200;

/** Why this page cannot look through the camera; null when it can try. */
function obstacle(): string | null {
  if (!isSecureContext) return t().scanInsecure(location.origin);
  return navigator.mediaDevices ? null : t().scanNoCamera;
}

/** Looks through the camera until it sees a QR code, or at a picture of one. */
export function Scanner({ onFound }: { onFound: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState(obstacle);
  useEffect(() => (problem === null ? look(video.current!, onFound, setProblem) : undefined), []);
  return (
    <div class="scanner">
      {problem !== null ? <p class="notice" role="status">{problem}</p> : (
        <figure>
          <video ref={video} aria-label={t().scanLabel} muted playsInline />
          <figcaption aria-live="polite">{t().scanning}</figcaption>
        </figure>
      )}
      <Picture onFound={onFound} />
    </div>
  );
}

/** A photo of a code, or a code that somebody has sent. */
function Picture({ onFound }: { onFound: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const read = async (file: File): Promise<void> => {
    const picture = await createImageBitmap(file).catch(() => null);
    if (!picture) {
      setProblem(t().scanNoPicture);
      return;
    }
    const text = await readQr(picture);
    picture.close();
    if (text === null) setProblem(t().scanNothing);
    else onFound(text);
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = '';
          setProblem(null);
          if (file) void act(() => read(file));
        }}
      />
      <button type="button" class="button wide" onClick={() => input.current?.click()}><Icon name="image" size={18} />{t().scanPicture}</button>
      {problem && <p class="problem" role="alert">{problem}</p>}
    </>
  );
}

function look(video: HTMLVideoElement, onFound: (text: string) => void, fail: (why: string) => void): () => void {
  let camera: MediaStream | null = null;
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    camera?.getTracks().forEach((track) => track.stop());
  };
  const run = async (): Promise<void> => {
    camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    if (stopped) return stop();
    video.srcObject = camera;
    await video.play();
    while (!stopped) {
      const text = await readQr(video);
      if (text !== null && !stopped) {
        stop();
        onFound(text);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  run().catch((error: unknown) => {
    if (stopped) return;
    stop();
    fail(error instanceof DOMException && error.name === 'NotAllowedError' ? t().scanDenied : t().scanNoCamera);
  });
  return stop;
}
