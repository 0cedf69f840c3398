/** `deployment.environment.name` of a list such as `service.namespace=go-coffee,deployment.environment.name=local`. */
export const deploymentOf = (resourceAttributes: string): string | undefined =>
  /(?:^|,)\s*deployment\.environment\.name=([^,]*)/.exec(resourceAttributes)?.[1]?.trim();
