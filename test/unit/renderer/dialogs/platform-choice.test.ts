import { describe, expect, it } from 'vitest';
import { chosenPlatforms, platformText } from '../../../../renderer/dialogs/platform-choice.js';

const there = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

describe('platforms as they are ticked', () => {
  it.each([
    ['all', there],
    ['linux/arm64', ['linux/arm64']],
    ['linux/arm/v7,linux/amd64', ['linux/amd64', 'linux/arm/v7']],
    ['', []],
  ])('are for %j', (choice, chosen) => {
    expect(chosenPlatforms(choice, there)).toEqual(chosen);
  });

  it('are all of them, by that word, when every one is ticked', () => {
    expect(platformText(there, there)).toBe('all');
    expect(platformText(['linux/amd64', 'linux/arm/v7'], there)).toBe('linux/amd64,linux/arm/v7');
    expect(platformText([], there)).toBe('');
  });
});
