import type { SecretLintRuleContext, SecretLintRuleCreator, SecretLintSourceCode } from '@secretlint/types';
import type { Range } from './ranges.ts';

/** Runs one rule over a text. */
export type RunRule = (text: string) => Range[];

/**
 * Hosts a secretlint rule. Its own engine answers through promises, and obeys `secretlint-disable` comments: a text
 * that comes from a repository could switch the rules off. Here a rule's report is heard at once, nothing is ever
 * ignored, and events keep their order without waiting for one another.
 *
 * @throws when the rule would answer later: what it then found would already have left.
 */
export function hostRule(creator: SecretLintRuleCreator, options: object): RunRule {
  let found: Range[] = [];
  const context: SecretLintRuleContext = {
    sharedOptions: {},
    createTranslator: () => (messageId) => ({ message: '', messageId: String(messageId), data: undefined }),
    report: ({ range }) => void found.push(range),
    ignore: () => undefined,
  };
  const handler = creator.create(context, options);
  return (text) => {
    found = [];
    const answer = handler.file?.(sourceOf(text));
    if (answer !== undefined) throw new Error(`${creator.meta.id} answers later, which is too late here.`);
    return found;
  };
}

/** A text that is no file: rules that look at a path find none. */
function sourceOf(content: string): SecretLintSourceCode {
  const nowhere = (): never => {
    throw new Error('A text that is redacted has no lines and columns.');
  };
  return {
    hasBOM: false,
    content,
    filePath: undefined,
    physicalFilePath: undefined,
    contentType: 'text',
    ext: '',
    getFilePath: () => undefined,
    getPhysicalFilePath: () => undefined,
    locationToRange: nowhere,
    rangeToLocation: nowhere,
    positionToIndex: nowhere,
    indexToPosition: nowhere,
  };
}
