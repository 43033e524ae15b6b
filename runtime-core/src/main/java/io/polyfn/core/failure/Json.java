package io.polyfn.core.failure;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.core.json.jackson.JacksonCodec;

/**
 * JSON of the data plane. Vert.x's own {@code Json} uses Jackson's data binding because the control plane brings it: 430 classes and their
 * memory, which no start of the data plane needs.
 */
public final class Json {
    private static final JacksonCodec CODEC = new JacksonCodec();

    private Json() {}

    /** Encodes a JsonObject, a JsonArray, a string, a number or a boolean. */
    public static Buffer encode(Object value) {
        return CODEC.toBuffer(value, false);
    }

    /**
     * Decodes any value.
     *
     * @throws DecodeException if the bytes are not JSON
     */
    public static Object decode(Buffer json) {
        return CODEC.fromBuffer(json, Object.class);
    }

    public static String text(JsonObject object) {
        return CODEC.toString(object, false);
    }
}
