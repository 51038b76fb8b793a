import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';

interface Detector {
  detect(source: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}

declare global {
  /** Chromium's reader of codes; other browsers have none. */
  var BarcodeDetector: (new (options: { formats: string[] }) => Detector) | undefined;
}

const LOOK_EVERY_MS = 200;

/** Why this page cannot scan; null when it can try. */
function obstacle(): string | null {
  if (!isSecureContext) return t().scanInsecure(location.origin);
  if (!globalThis.BarcodeDetector) return t().scanUnknown;
  return navigator.mediaDevices ? null : t().scanNoCamera;
}

/** Looks through the camera until it sees a QR code. */
export function Scanner({ onFound }: { onFound: (text: string) => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState(obstacle);
  useEffect(() => (problem === null ? look(video.current!, onFound, setProblem) : undefined), []);
  return problem !== null ? <p class="notice" role="status">{problem}</p> : (
    <figure class="scanner">
      <video ref={video} aria-label={t().scanLabel} muted playsInline />
      <figcaption aria-live="polite">{t().scanning}</figcaption>
    </figure>
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
    const detector = new BarcodeDetector!({ formats: ['qr_code'] });
    camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
    if (stopped) return stop();
    video.srcObject = camera;
    await video.play();
    while (!stopped) {
      const [code] = await detector.detect(video);
      if (code && !stopped) {
        stop();
        onFound(code.rawValue);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  };
  run().catch((error: unknown) => {
    if (stopped) return;
    stop();
    fail(error instanceof DOMException && error.name === 'NotAllowedError' ? t().scanDenied : error instanceof DOMException && error.name === 'NotSupportedError' ? t().scanUnknown : t().scanNoCamera);
  });
  return stop;
}
