module.exports = () => 'main';
