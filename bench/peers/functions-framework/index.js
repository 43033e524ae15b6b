exports.echo = (req, res) => res.send(req.rawBody);
