package io.polyfn.core.link.pull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;

/**
 * What a large JSON value is, found without making objects of it: six megabytes of {@code {}} would be two million of them, more than the
 * heap has room for.
 *
 * @param hasMember whether it is an object with the member that was looked for
 * @param values how many values it has, those in values included
 */
record JsonScan(boolean hasMember, int values) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * Reads a value to its end.
     *
     * @throws IOException if it is not JSON
     */
    static JsonScan of(Buffer value, String member) throws IOException {
        try (JsonParser parser = JSON.createParser(value.getBytes())) {
            boolean isObject = parser.nextToken() == JsonToken.START_OBJECT;
            boolean hasMember = false;
            int values = 0;
            for (JsonToken token = parser.currentToken(); token != null; token = parser.nextToken()) {
                boolean atTop = isObject
                        && token == JsonToken.FIELD_NAME
                        && parser.getParsingContext().getParent().inRoot();
                hasMember |= atTop && parser.currentName().equals(member);
                values += token.isStructStart() || token.isScalarValue() ? 1 : 0;
            }
            return new JsonScan(hasMember, values);
        }
    }
}
