const express = require('express');

const app = express();
app.use(express.json());
app.get('/users/:id', (req, res) => res.json({ id: req.params.id, query: req.query }));
app.post('/sum', (req, res) => res.status(201).json({ sum: req.body.reduce((a, b) => a + b, 0) }));
module.exports = app;
