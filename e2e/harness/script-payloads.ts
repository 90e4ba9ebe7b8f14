/** Sets this where a script of somebody else runs in the page. */
export const OWNED = '__owned';

const RUN = `window.${OWNED}=1;alert(1)`;

/** What would run a script in a page that shows text as HTML, as an attribute, as an address or as a style. */
export const SCRIPT_PAYLOADS: readonly string[] = [
  `<script>${RUN}</script>`,
  `</script><script>${RUN}</script>`,
  `<img src=x onerror="${RUN}">`,
  `"><img src=x onerror=${RUN}>`,
  `'><svg onload=${RUN}>`,
  `<svg><script>${RUN}</script></svg>`,
  `<svg><animate onbegin=${RUN} attributeName=x dur=1s>`,
  `<math><mtext></mtext><mglyph><svg><mtext><style><img src=x onerror=${RUN}>`,
  `<iframe srcdoc="<script>parent.${OWNED}=1</script>"></iframe>`,
  `<iframe src="javascript:parent.${OWNED}=1"></iframe>`,
  `<a href="javascript:${RUN}">click</a>`,
  `javascript:${RUN}`,
  `java\tscript:${RUN}`,
  `data:text/html,<script>${RUN}</script>`,
  `[link](javascript:${RUN})`,
  `![x](x"onerror="${RUN})`,
  `<details open ontoggle=${RUN}>`,
  `<body onload=${RUN}>`,
  `<input autofocus onfocus=${RUN}>`,
  `<video><source onerror=${RUN}></video>`,
  `<object data="javascript:${RUN}"></object>`,
  `<form action="javascript:${RUN}"><button autofocus>x</button></form>`,
  `<base href="https://evil.example/">`,
  `<meta http-equiv="refresh" content="0;url=javascript:${RUN}">`,
  `<link rel="stylesheet" href="https://evil.example/x.css">`,
  `<style>@import "https://evil.example/x.css";</style>`,
  `" style="background:url(https://evil.example/x)" x="`,
  `{{constructor.constructor('${RUN}')()}}`,
  `\u003cscript\u003e${RUN}\u003c/script\u003e`,
  `<!--<img src="--><img src=x onerror=${RUN}//">`,
  `<noscript><p title="</noscript><img src=x onerror=${RUN}>">`,
  `${'\u202e'}<b>right to left</b>${'\u200b'}`,
];
