let audio: AudioContext | null = null;

/** Two soft notes. They are made, not loaded: the content security policy allows no media. */
export function chime(): void {
  audio ??= new AudioContext();
  if (audio.state === 'suspended') void audio.resume();
  const start = audio.currentTime;
  [659.25, 880].forEach((frequency, index) => {
    const oscillator = audio!.createOscillator();
    const volume = audio!.createGain();
    const at = start + index * 0.11;
    oscillator.frequency.value = frequency;
    volume.gain.setValueAtTime(0, at);
    volume.gain.linearRampToValueAtTime(0.09, at + 0.015);
    volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
    oscillator.connect(volume).connect(audio!.destination);
    oscillator.start(at);
    oscillator.stop(at + 0.32);
  });
}
