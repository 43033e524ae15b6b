// Prints the resources of an s.yaml as Serverless Devs itself reads it: anchors, variables and all.
const ParseSpec = require('@serverless-devs/parse-spec').default;

// The parser says on standard output which account it would use; here that is for the answer.
const print = process.stdout.write.bind(process.stdout);
process.stdout.write = process.stderr.write.bind(process.stderr);

async function main(file) {
  const { steps } = await new ParseSpec(file, {}).start();
  print(JSON.stringify(steps.map(({ component, props }) => ({ component, props }))));
}

main(process.argv[2]).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
