import { configOf } from '../config.ts';
import type { Env } from '../env.ts';
import { judgeAddress } from './judge-address.ts';

/** Whether messages may be sent there, by the deployment's settings. @returns why not; null when they may */
export function judgeReceiver(env: Env, url: string): string | null {
  return configOf(env).webhookPrivateNetworks ? null : judgeAddress(url);
}
