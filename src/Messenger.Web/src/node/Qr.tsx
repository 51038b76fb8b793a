import { useEffect, useState } from 'preact/hooks';

interface Props {
  text: string;
  label: string;
}

/** A QR code; what draws it is loaded when one is first shown. */
export function Qr({ text, label }: Props) {
  const [code, setCode] = useState<{ path: string; size: number } | null>(null);
  useEffect(() => {
    void import('qr').then(({ encodeQR }) => {
      const rows = encodeQR(text, 'raw', { ecc: 'low', border: 2 });
      const path = rows.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')).join('')).join('');
      setCode({ path, size: rows.length });
    });
  }, [text]);
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${code?.size ?? 1} ${code?.size ?? 1}`} shape-rendering="crispEdges">
      {code && <path d={code.path} />}
    </svg>
  );
}
