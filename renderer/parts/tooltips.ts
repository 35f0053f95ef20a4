import { Tooltip } from 'bits-ui';

export interface TooltipText {
  readonly text: string;
  readonly shortcut?: string | undefined;
}

/** What is pointed at tells the one tooltip there is: one for each button cost a start 20 ms. */
export const tooltips = Tooltip.createTether<TooltipText>();
