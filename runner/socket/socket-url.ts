/** The WebSocket address of a path under the control plane's address, which may itself have a path. */
export function socketUrl(controlUrl: string, path: string): string {
  return controlPlaneUrl(controlUrl, path).replace(/^http/, 'ws');
}

/** The HTTP address of a path under the control plane's address. */
export function controlPlaneUrl(controlUrl: string, path: string): string {
  return `${controlUrl.replace(/\/+$/, '')}${path}`;
}
