exports.handler = () => 'nested';
