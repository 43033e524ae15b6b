exports.handler = () => 'compiled';
