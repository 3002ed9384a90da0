/** How long the code lives, by the service's clock. It says nothing of whether it is paid. */
import { serverNow } from '../service/server-clock.js';
import { say } from './words.js';

/** With less left the service would give a new code. */
const SHORT_MS = 120_000;

const element = document.getElementById('countdown');
let timer;

function show(endsAtMs) {
  const leftMs = endsAtMs - (serverNow() ?? endsAtMs);
  element.toggleAttribute('data-short', leftMs < SHORT_MS);
  if (leftMs <= 0) {
    say(element, '二维码已到时，正在确认结果', 'The code’s time is over: asking how it ended');
    return;
  }
  const text = clockText(Math.ceil(leftMs / 1000));
  say(element, `二维码有效期还剩 ${text}`, `The code is good for ${text}`);
}

function clockText(seconds) {
  const two = (number) => String(number).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const short = `${hours ? two(minutes) : minutes}:${two(seconds % 60)}`;
  return hours ? `${hours}:${short}` : short;
}

/** Counts down to a moment, epoch ms; null: none is known, or nothing is to be counted. */
export function countDown(endsAtMs) {
  clearInterval(timer);
  element.hidden = endsAtMs === null;
  if (endsAtMs === null) return;
  show(endsAtMs);
  timer = setInterval(() => show(endsAtMs), 1000);
}
