// Loaded before the service while the demo fills its books, and by nothing else: the service's day is
// then another one. It moves forward alone, as the process that started it says.
//
// The service knows nothing of this. It lies outside of what is built, so no image has it.
import { performance } from 'node:perf_hooks';

if (process.env.NODE_ENV === 'production' || process.send === undefined) {
  throw new Error('the clock is moved for the demo alone');
}

const RealDate = Date;
const monotonic = performance.now.bind(performance);
let offsetMs = Number(process.env.DEMO_STARTS_AT_MS) - RealDate.now();
let passedMs = 0;

const nowMs = () => RealDate.now() + offsetMs;

globalThis.Date = new Proxy(RealDate, {
  construct: (target, given, made) => {
    return Reflect.construct(target, given.length > 0 ? given : [nowMs()], made);
  },
  apply: () => new RealDate(nowMs()).toString(),
  get: (target, name) => (name === 'now' ? nowMs : Reflect.get(target, name)),
});
performance.now = () => monotonic() + passedMs;

process.on('message', ({ aheadMs, hasWaited }) => {
  if (!(aheadMs >= offsetMs)) throw new Error('the clock is moved forward alone');
  // What the service measures by this is its own work: that took no time.
  if (hasWaited) passedMs += aheadMs - offsetMs;
  offsetMs = aheadMs;
  process.send({ aheadMs });
});
// It keeps nobody alive who is told to stop.
process.channel.unref();
