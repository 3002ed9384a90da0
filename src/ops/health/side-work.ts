import { Inject, Injectable } from '@nestjs/common';
import { CALLBACK_STATUS, CHANNEL_STATUS, MESSAGE_STATUS, SWEEP_STATUS } from '../../health/health';
import type {
  CallbackStatus,
  ChannelStatus,
  MessageStatus,
  SweepStatus,
} from '../../health/health';

/** How it goes with what works beside the requests. */
@Injectable()
export class SideWork {
  constructor(
    @Inject(SWEEP_STATUS) readonly sweep: SweepStatus,
    @Inject(CHANNEL_STATUS) readonly channel: ChannelStatus,
    @Inject(MESSAGE_STATUS) readonly messages: MessageStatus,
    @Inject(CALLBACK_STATUS) readonly callbacks: CallbackStatus,
  ) {}
}
