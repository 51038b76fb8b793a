const SIZE = 64;
let picture: HTMLImageElement | null = null;

/** Draws the number of unread messages on the picture of the tab. */
export function showCount(count: number): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (!link) return;
  if (count === 0) {
    link.type = 'image/svg+xml';
    link.href = '/icon.svg';
    return;
  }
  if (!picture) {
    picture = new Image();
    picture.src = '/icon-192.png';
  }
  if (!picture.complete) {
    picture.onload = () => showCount(count);
    return;
  }
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext('2d');
  if (!pen) return;
  pen.drawImage(picture, 0, 0, SIZE, SIZE);
  pen.fillStyle = '#d3233c';
  pen.beginPath();
  pen.arc(44, 44, 20, 0, 2 * Math.PI);
  pen.fill();
  pen.fillStyle = '#fff';
  pen.font = `bold ${count > 9 ? 24 : 30}px system-ui, sans-serif`;
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText(count > 99 ? '99' : String(count), 44, 46);
  link.type = 'image/png';
  link.href = canvas.toDataURL('image/png');
}
