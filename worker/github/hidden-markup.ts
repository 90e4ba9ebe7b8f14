/** Elements whose content GitHub does not render, or that a reader would not take for text. */
const UNSEEN_ELEMENTS =
  /^(?:script|style|template|noscript|title|textarea|xmp|noembed|noframes|plaintext|object|iframe|svg|math|select|audio|video|canvas)$/;

const HIDING_ATTRIBUTE =
  /(?:^|[\s"'/])(?:hidden(?=[\s=/]|$)|aria-hidden\s*=\s*["']?true|type\s*=\s*["']?hidden)/i;

const HIDING_STYLE =
  /(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0*\.?0+(?![.\d])|font-size\s*:\s*0|(?:max-)?(?:height|width)\s*:\s*0(?![.\d])|color\s*:\s*transparent|clip(?:-path)?\s*:|text-indent\s*:\s*-|left\s*:\s*-\d{3}|top\s*:\s*-\d{3})/i;

export const VOID_ELEMENTS = /^(?:area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr)$/;

/** Whether an element with this name and these attributes keeps its content from a reader's eyes. */
export function isHiddenElement(name: string, attributes: string): boolean {
  return (
    UNSEEN_ELEMENTS.test(name.toLowerCase()) ||
    HIDING_ATTRIBUTE.test(attributes) ||
    HIDING_STYLE.test(attributes)
  );
}
