/** Of what a deployment tells Grafana, and by what every dashboard asks for it. */
export const deploymentTag = 'deployment';
