import { setup } from "../setup/setup.mjs";

export async function run() {
  await setup();
  console.log("elbo-lab is set up.");
}
