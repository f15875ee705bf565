/** How whoever typed the present command calls fedstep: by npm's script in a checkout, where no fedstep is on the path. */
export function programName(env: NodeJS.ProcessEnv): string {
  const script = env.npm_lifecycle_event;
  return script === "start" || script === "fedstep" ? "npm run fedstep --" : "fedstep";
}
