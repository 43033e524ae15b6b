// Prints the resources of an s.yaml as Serverless Devs itself reads it: anchors, variables and all.
const ParseSpec = require('@serverless-devs/parse-spec').default;

// It tells of the account it would use on standard output, which here is for the answer.
console.log = console.error;

async function main(file) {
  const { steps } = await new ParseSpec(file, {}).start();
  process.stdout.write(JSON.stringify(steps.map(({ component, props }) => ({ component, props }))));
}

main(process.argv[2]).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
