import { Body, Controller } from '@nestjs/common';
import type { ListedCallback } from '../../domain/ports/callbacks';
import type { Envelope, ResultValue } from '../../wire/operation/contract';
import { Operation } from '../../wire/operation/operation';
import { callbackData } from '../body/callback-body';
import { EVENT_STATES, EventsDto, EventsResult } from './events.dto';
import { MissedEvents, stateToTell } from './events.service';
import { eventsTexts } from './events.texts';

/** What a system asks for itself when it was not reached. */
@Controller('api/3Pay')
export class EventsController {
  constructor(private readonly missed: MissedEvents) {}

  @Operation('Events', {
    ...eventsTexts,
    message: '3pay.events',
    takes: EventsDto,
    answers: EventsResult,
    refuses: ['ILLEGAL_STATE'],
  })
  async listEvents(@Body() { billtype, afterseq }: EventsDto): Promise<Envelope> {
    const listed = await this.missed.after(billtype, Number(afterseq));
    return { errcode: 0, errmsg: 'ok', tag: { events: listed.map(eventOf) } };
  }
}

function eventOf(listed: ListedCallback): Record<string, ResultValue> {
  const state = stateToTell(listed);
  if (state === 'written') throw new Error(`${listed.eventId} is listed without a number`);
  return {
    id: listed.eventId,
    type: listed.type,
    timestamp: new Date(listed.writtenAtMs).toISOString(),
    state: EVENT_STATES[state],
    ...callbackData(listed, listed.receipt),
  };
}
