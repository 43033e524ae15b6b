package io.polyfn.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.List;

/**
 * FC 3's published schema of a function. It lets pass what it does not know, so a misspelled name would be a setting left out: here
 * every object that names its properties has no others.
 */
record FunctionSchema(Schema schema) {

    static FunctionSchema read(Path file) {
        JsonNode schema = Manifests.tree(Project.text(file));
        close(schema);
        return new FunctionSchema(
                SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7).getSchema(schema));
    }

    List<String> errors(JsonNode props) {
        return schema.validate(props).stream().map(Error::toString).toList();
    }

    private static void close(JsonNode node) {
        if (node instanceof ObjectNode object
                && object.path("type").asText().equals("object")
                && object.path("properties").isObject()
                && !object.has("additionalProperties")) {
            object.put("additionalProperties", false);
        }
        node.forEach(FunctionSchema::close);
    }
}
