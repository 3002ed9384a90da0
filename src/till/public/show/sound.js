/** Sounds, made here: no file. Browsers let a page sound only after somebody has touched it. */

/** Tones: from which second on, how long, how high in hertz. */
const PAID = [
  [0, 0.14, 660],
  [0.14, 0.14, 880],
  [0.28, 0.4, 1320],
];
const UNPAID = [
  [0, 0.22, 330],
  [0.26, 0.34, 220],
];
const LOUDNESS = 0.25;

let context = null;
let isMuted = false;

/** Turns all sounds off or on. */
export function mute(muted) {
  isMuted = muted;
}

/** Makes sounds possible; called when somebody touches the page. */
export function wakeSound() {
  try {
    context ??= new AudioContext();
    void context.resume();
  } catch {
    // A machine without sound.
  }
}

/** The sound of money that has come. */
export function soundPaid() {
  play(PAID);
}

/** The sound of an end without money. */
export function soundUnpaid() {
  play(UNPAID);
}

function play(tones) {
  if (isMuted || context?.state !== 'running') return;
  for (const [from, length, hertz] of tones) {
    const [start, end] = [context.currentTime + from, context.currentTime + from + length];
    const gain = context.createGain();
    gain.gain.setValueAtTime(0, start);
    gain.gain.linearRampToValueAtTime(LOUDNESS, start + 0.01);
    gain.gain.exponentialRampToValueAtTime(0.001, end);
    const oscillator = context.createOscillator();
    oscillator.frequency.value = hertz;
    oscillator.connect(gain).connect(context.destination);
    oscillator.start(start);
    oscillator.stop(end);
  }
}
