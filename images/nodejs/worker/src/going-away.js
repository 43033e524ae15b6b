'use strict';

/** A client's close frame with the code 1001, going away (RFC 6455 7.4.1), masked with a key of zeros. */
const CLOSE_FRAME = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe9]);
const CLOSE = 8;

/** Where frames and messages end in what a client sends (RFC 6455 5.2). */
class Frames {
  #head = [];
  #payload = 0;
  #inMessage = false;
  closed = false;

  get isBetweenMessages() {
    return this.#head.length === 0 && this.#payload === 0 && !this.#inMessage;
  }

  /**
   * @param {Buffer} bytes
   * @param {boolean} toBoundary stops where a message ends, at once if none has begun
   * @returns {number} the index of the first byte that was not looked at
   */
  follow(bytes, toBoundary) {
    let at = 0;
    while (at < bytes.length && !(toBoundary && this.isBetweenMessages)) {
      if (this.#head.length === 0 && this.#payload > 0) {
        const some = Math.min(this.#payload, bytes.length - at);
        this.#payload -= some;
        at += some;
      } else {
        this.#head.push(bytes[at++]);
        this.#checkHead();
      }
    }
    return at;
  }

  #checkHead() {
    const [first, second = 0] = this.#head;
    const length = second & 0x7f;
    const extended = length === 127 ? 8 : length === 126 ? 2 : 0;
    if (this.#head.length < 2 + extended + (second & 0x80 ? 4 : 0)) return;
    this.#payload = extended ? this.#head.slice(2, 2 + extended).reduce((sum, octet) => sum * 256 + octet, 0) : length;
    this.#head = [];
    const opcode = first & 0x0f;
    if (opcode < CLOSE) this.#inMessage = (first & 0x80) === 0;
    this.closed ||= opcode === CLOSE;
  }
}

/**
 * Makes a function see that its WebSocket ends when the process stops: as a close frame of its client, to which it
 * responds with its own, as to any other. It comes after the message under way; nothing of the client comes after it.
 *
 * @param {import('node:stream').Duplex} socket
 * @param {Buffer} head what has been read of it already
 * @returns {() => void} begins that
 */
function goingAway(socket, head) {
  const frames = new Frames();
  const push = socket.push;
  let isLeaving = false;
  let isOver = false;
  const endIfBetweenMessages = () => {
    if (isOver || !isLeaving || !frames.isBetweenMessages) return;
    isOver = true;
    if (!frames.closed) push.call(socket, CLOSE_FRAME);
  };
  frames.follow(head, false);
  // Here a socket's data arrives; a listener for it would make the socket flow before the function listens.
  socket.push = (chunk, encoding) => {
    if (!chunk) return push.call(socket, chunk, encoding);
    if (isOver) return true;
    const end = frames.follow(chunk, isLeaving);
    const more = end === 0 || push.call(socket, end === chunk.length ? chunk : chunk.subarray(0, end), encoding);
    endIfBetweenMessages();
    return more;
  };
  return () => {
    isLeaving = true;
    endIfBetweenMessages();
  };
}

module.exports = { goingAway };
