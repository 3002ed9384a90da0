import { fen } from '../../../src/domain/money';
import type { Receipt } from '../../../src/domain/receipt/receipt';

/** The instant at which the receipts of the tables below are looked at. Epoch ms. */
export const NOW_MS = Date.UTC(2026, 10, 22, 4, 0, 0);

/** A receipt whose code was given a minute ago and lives two hours; `changes` make it another. */
export function aReceipt(changes: Partial<Receipt> = {}): Receipt {
  return {
    id: 1,
    receiptId: '98|0|1',
    billType: '1',
    billNo: 'T20261122001',
    payType: '98',
    amount: fen(8_888),
    cardNo: null,
    outTradeNo: '0199a8c3f0004d5e6f708192a3b4c5d6',
    state: 'waiting',
    begunBy: 'scanCode',
    channelCall: '{}',
    precreateTries: 1,
    leaseUntilMs: 0,
    qrCode: 'https://qr.example.test/qr/abc',
    codeEndsAtMs: NOW_MS + 119 * 60_000,
    scannedAtMs: null,
    channelStatus: null,
    payment: null,
    refunded: fen(0),
    givingBack: 'none',
    duplicate: false,
    undoReason: null,
    undoAtMs: null,
    cancelTries: 0,
    cancelAnswers: 0,
    cancelSentAtMs: null,
    checkAtMs: null,
    endedAtMs: null,
    toldAtMs: null,
    begunAtMs: NOW_MS - 60_000,
    billStatus: '0',
    ...changes,
  };
}
