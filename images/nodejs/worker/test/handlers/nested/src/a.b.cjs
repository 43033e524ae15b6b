exports.handler = () => 'dotted';
