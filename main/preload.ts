import { contextBridge, ipcRenderer, webUtils, type IpcRendererEvent } from 'electron';
import { eventChannel, isRequestName, requestChannel } from '../shared/contract/channels.js';
import type { Numbered } from '../shared/contract/contract.js';

/** All that the page has of the world outside. Electron's own event objects never cross: they lead back to everything. */
contextBridge.exposeInMainWorld('longshore', {
  request(name: string, input: unknown): Promise<unknown> {
    if (typeof name !== 'string' || !isRequestName(name)) return Promise.reject(new Error('There is no such request.'));
    return ipcRenderer.invoke(requestChannel, name, input);
  },

  listen(listener: (event: Numbered) => void): () => void {
    const onEvent = (_: IpcRendererEvent, event: Numbered): void => listener(event);
    ipcRenderer.on(eventChannel, onEvent);
    return () => {
      ipcRenderer.off(eventChannel, onEvent);
    };
  },

  /** The path of a file that was dropped on the window. */
  pathOfFile: (file: Parameters<typeof webUtils.getPathForFile>[0]): string => webUtils.getPathForFile(file),
});
