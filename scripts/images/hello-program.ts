/** How a processor spells "write the text to standard output, then exit with 0": Linux system calls, no library. */
interface Machine {
  readonly bits: 32 | 64;
  /** ELF's number for it, `e_machine`. */
  readonly number: number;
  /** `e_flags`. */
  readonly flags: number;
  /** Instructions for a text of so many bytes that follows right after them. */
  readonly code: (length: number) => Buffer;
}

const words = (...values: number[]): Buffer => Buffer.concat(values.map((value) => le32(value)));

export const machines = {
  amd64: {
    bits: 64,
    number: 62,
    flags: 0,
    code: (length) => Buffer.concat([
      Buffer.from('b801000000bf01000000', 'hex'), // mov eax, write; mov edi, 1
      Buffer.from('488d3510000000', 'hex'), // lea rsi, [rip + 16]
      Buffer.from('ba', 'hex'), le32(length), // mov edx, length
      Buffer.from('0f05b83c00000031ff0f05', 'hex'), // syscall; mov eax, exit; xor edi, edi; syscall
    ]),
  },
  arm64: {
    bits: 64,
    number: 183,
    flags: 0,
    // mov x0, 1; adr x1, text; mov x2, length; mov x8, write; svc 0; mov x0, 0; mov x8, exit; svc 0
    code: (length) => words(0xd2800020, 0x100000e1, 0xd2800002 + length * 0x20, 0xd2800808, 0xd4000001, 0xd2800000, 0xd2800ba8, 0xd4000001),
  },
  arm: {
    bits: 32,
    number: 40,
    flags: 0x05000200, // EABI 5
    // mov r0, 1; add r1, pc, 20; mov r2, length; mov r7, write; svc 0; mov r0, 0; mov r7, exit; svc 0
    code: (length) => words(0xe3a00001, 0xe28f1014, 0xe3a02000 + length, 0xe3a07004, 0xef000000, 0xe3a00000, 0xe3a07001, 0xef000000),
  },
} as const satisfies Record<string, Machine>;

const base = 0x400000;
/** Of arm64 kernels with the largest pages. */
const pageSize = 0x10000;
const maxText = 255;

/** A whole Linux program of some 200 bytes that prints a text, for a processor that this machine need not have. */
export function helloProgram(architecture: keyof typeof machines, text: string): Buffer {
  const machine: Machine = machines[architecture];
  const bytes = Buffer.from(text);
  if (bytes.length > maxText) throw new RangeError(`a text of at most ${maxText} bytes fits into one instruction on arm`);
  const content = Buffer.concat([machine.code(bytes.length), bytes]);
  const wide = machine.bits === 64;
  const headerSize = wide ? 64 + 56 : 52 + 32;
  const address = (value: number): Buffer => (wide ? Buffer.concat([le32(value), le32(0)]) : le32(value));
  const size = address(headerSize + content.length);
  const [readAndRun, loadable] = [le32(5), le32(1)];
  return Buffer.concat([
    // the file header of the ELF specification
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    le16(2), le16(machine.number), le32(1),
    address(base + headerSize), address(wide ? 64 : 52), address(0), le32(machine.flags),
    le16(wide ? 64 : 52), le16(wide ? 56 : 32), le16(1), le16(0), le16(0), le16(0),
    // one segment: the whole file
    loadable, ...(wide ? [readAndRun] : []),
    address(0), address(base), address(base), size, size, ...(wide ? [] : [readAndRun]), address(pageSize),
    content,
  ]);
}

function le16(value: number): Buffer {
  return Buffer.from([value & 0xff, value >> 8]);
}

function le32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
