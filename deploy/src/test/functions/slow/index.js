/** Answers with the event, after 50 to 250 ms: at any time some invocations are under way. */
exports.handler = (event) => new Promise((done) => setTimeout(done, 50 + Math.random() * 200, event));
