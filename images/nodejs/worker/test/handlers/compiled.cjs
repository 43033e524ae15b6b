exports.__esModule = true;
exports.default = () => 'compiled default';
