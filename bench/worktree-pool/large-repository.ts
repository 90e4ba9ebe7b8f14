/** As many files as a large product's repository has, in folders of thirty. */
const FOLDERS = 30;
const FILES_A_FOLDER = 30;

export const FILE_COUNT = FOLDERS * FOLDERS * FILES_A_FOLDER;

/** About 1.3 kB: smaller than most source files, since what counts is making files, not filling them. */
const LINES = 20;
const line = (number: number) => `export const value${number} = "a line of an ordinary source file";\n`;

/** Paths and contents; no two files are alike, so that git has as many objects as files. */
export function largeRepository(): Record<string, string> {
  const body = Array.from({ length: LINES }, (_, number) => line(number)).join('');
  const files: Record<string, string> = { 'README.md': '# A large repository\n' };
  for (let index = 0; index < FILE_COUNT; index += 1) {
    const outer = Math.floor(index / (FOLDERS * FILES_A_FOLDER));
    const inner = Math.floor(index / FILES_A_FOLDER) % FOLDERS;
    const path = `packages/part-${outer}/module-${inner}/file-${index % FILES_A_FOLDER}.js`;
    files[path] = `// ${index}\n${body}`;
  }
  return files;
}
