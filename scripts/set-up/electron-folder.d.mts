export declare const electronFolder: string;
export declare function pinnedElectronFolder(): string | undefined;
export declare function electronProgram(): string;
