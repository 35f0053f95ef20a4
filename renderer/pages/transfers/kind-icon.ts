import Download from '@lucide/svelte/icons/download';
import FileInput from '@lucide/svelte/icons/file-input';
import Forward from '@lucide/svelte/icons/forward';
import Save from '@lucide/svelte/icons/save';
import Upload from '@lucide/svelte/icons/upload';
import type { TransferRequest } from '../../../shared/contract/transfers.js';
import type { IconOf } from '../../parts/Icon.svelte';

/** The icon of each kind of transfer; the word stands beside it or in its title. */
export const kindIcons: Readonly<Record<TransferRequest['kind'], IconOf>> = {
  pull: Download,
  save: Save,
  load: FileInput,
  push: Upload,
  copy: Forward,
};
